// SPDX-License-Identifier: EUPL-1.2
// Knows how postings are tested, many at once.
#include "core/sieve.h"

#include <math.h>
#if defined __x86_64__
#include <immintrin.h>
#endif

// sieve_value: below FINE one number for every 16 euros, above it the leading 8 bits.
#define FINE_BITS 10
#define FINE (1 << FINE_BITS)
#define FINE_STEP 16
#define LEADING 7 // bits behind the first one
#define VALUES UINT64_C(0xfff0fff0) // bits of the two values

// Circles: up to WHOLE_KM the class is the radius rounded up, beyond it each class is STEP_KM more.
#define WHOLE_KM 150
#define STEP_KM 22
#define DEGREE_KM 111.19493f // of the sphere of core/place
#define RADIAN 0.017453293f
// How far the distance measured here may be from that of core/place: seats are rounded to 0.31 km at most, and what the plane
// makes of the sphere stays under two thousandths up to NEAR_KM between the polar circles. Beyond, FAR_SHARE of it is sure.
#define ROUNDED_KM 0.45f
#define PLANE 0.002f
#define NEAR_KM 300.0f
#define FAR_SHARE 0.8f
#define LAT_MOST 60 // degrees, of a place that is measured so

uint16_t sieve_value(int64_t euros, uint16_t unknown)
{
    if (euros < 0)
        return unknown;
    if (euros < FINE)
        return (uint16_t)(1 + euros / FINE_STEP);
    int log = 63 - __builtin_clzll((unsigned long long)euros);
    int64_t code = 1 + FINE / FINE_STEP + ((int64_t)(log - FINE_BITS) << LEADING) + (euros >> (log - LEADING)) - (1 << LEADING);
    return code < SIEVE_VALUE_MOST ? (uint16_t)code : SIEVE_VALUE_MOST - 1;
}

uint64_t sieve_facts(uint16_t least, uint16_t most, unsigned traits, uint8_t full)
{
    return (uint64_t)least << 4 | (uint64_t)(SIEVE_VALUE_MOST - most) << 20 | (uint64_t)traits << 32 | (uint64_t)full << 56;
}

uint64_t sieve_most(uint16_t least, uint16_t most, uint8_t full)
{
    return sieve_facts(most, least, UINT16_MAX, full) | 0x00ff0000000f000f;
}

uint64_t sieve_label(unsigned bit)
{
    static const uint8_t firsts[] = {32 + SIEVE_TRAITS, 48, 0, 16}, counts[] = {16 - SIEVE_TRAITS, 8, 4, 4};
    size_t field = 0;
    for (; bit >= counts[field]; field++)
        bit -= counts[field];
    return (uint64_t)1 << (firsts[field] + bit);
}

uint16_t sieve_least_value(uint64_t facts)
{
    return facts >> 4 & SIEVE_VALUE_MOST;
}

uint16_t sieve_most_value(uint64_t facts)
{
    return SIEVE_VALUE_MOST - (facts >> 20 & SIEVE_VALUE_MOST);
}

bool sieve_only_wary(uint64_t facts, const struct sieve_test *test)
{
    uint64_t apart = (facts ^ test->most) & VALUES;
    return apart & 0xffff && apart >> 16 && !(facts & test->ask & ~((uint64_t)SIEVE_WARY << 32));
}

uint32_t sieve_seat(double lat, double lon)
{
    uint16_t y = (uint16_t)(int16_t)fmax(-32768, fmin(32767, nearbyint(lat * 65536 / 180)));
    uint16_t x = (uint16_t)(int32_t)nearbyint(lon * 65536 / 360);
    return y | (uint32_t)x << 16;
}

uint32_t sieve_circle(double km)
{
    if (km <= WHOLE_KM)
        return (uint32_t)ceil(km);
    double class = WHOLE_KM + ceil((km - WHOLE_KM) / STEP_KM);
    return class < SIEVE_COMMUNE ? (uint32_t)class : SIEVE_UNSURE;
}

uint32_t sieve_commune(uint32_t number)
{
    return SIEVE_COMMUNE + number % SIEVE_COMMUNES;
}

struct sieve_place sieve_place(bool known, double lat, double lon, uint32_t number)
{
    float phi = (float)lat * RADIAN;
    return (struct sieve_place){(float)lat, (float)lon, cosf(phi), sinf(phi), sieve_commune(number), !known};
}

// Plain C

static void plain_postings(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_test *t,
                           struct sieve_out *out)
{
    uint16_t most[4] = {(uint16_t)t->most, (uint16_t)(t->most >> 16), (uint16_t)(t->most >> 32), (uint16_t)(t->most >> 48)};
    size_t sure = out->sure_count, unsure = out->unsure_count;
    for (size_t i = 0; i < count; i++) {
        uint64_t f = facts[i];
        uint16_t a = (uint16_t)f, b = (uint16_t)(f >> 16), traits = (uint16_t)(f >> 32);
        bool pass = (a <= most[0]) & (b <= most[1]) & ((f >> 48) <= most[3]) & ((traits & t->any[0]) != 0) &
                    ((traits & t->any[1]) != 0) & ((f & t->all) == t->all);
        bool ask = (a >> 4 == most[0] >> 4) | (b >> 4 == most[1] >> 4) | ((f & t->ask) != 0);
        out->sure[sure] = who[i];
        out->unsure[unsure] = who[i];
        out->unsure_facts[unsure] = f;
        if (out->sure_facts)
            out->sure_facts[sure] = f;
        sure += pass & !ask;
        unsure += pass & ask;
    }
    out->sure_count = sure;
    out->unsure_count = unsure;
}

enum verdict { AWAY, REACHES, UNSURE };

// The distance on a plane that touches the sphere half way.
static float plane_km(uint32_t seat, const struct sieve_place *p)
{
    float lat = (float)(int16_t)seat * (180.0f / 65536), lon = (float)(int16_t)(seat >> 16) * (360.0f / 65536);
    float dy = lat - p->lat, dx = lon - p->lon;
    dx -= fabsf(dx) > 180 ? copysignf(360, dx) : 0;
    dx *= p->cos - p->sin * dy * (RADIAN / 2); // the cosine half way
    return DEGREE_KM * sqrtf(dx * dx + dy * dy);
}

float sieve_least(uint32_t seat, const struct sieve_place *p)
{
    float km = plane_km(seat, p);
    if (fabsf(p->lat) > LAT_MOST)
        return 0;
    return km > NEAR_KM ? km * FAR_SHARE : km - ROUNDED_KM - PLANE * km;
}

static enum verdict judge_circle(uint32_t class, uint32_t seat, const struct sieve_place *p)
{
    float km = plane_km(seat, p), wrong = ROUNDED_KM + PLANE * km;
    float step = class <= WHOLE_KM ? 1 : STEP_KM;
    float most = class <= WHOLE_KM ? (float)class : WHOLE_KM + (float)(class - WHOLE_KM) * STEP_KM;
    if (km > NEAR_KM || fabsf(p->lat) > LAT_MOST)
        return km * FAR_SHARE > most && fabsf(p->lat) <= LAT_MOST ? AWAY : UNSURE;
    if (km + wrong <= most - step)
        return REACHES;
    return km - wrong > most ? AWAY : UNSURE;
}

static enum verdict judge(uint32_t who, const struct sieve_home *homes, const struct sieve_place *p)
{
    uint32_t class = who & ((1u << SIEVE_HANDLE) - 1);
    if (class == SIEVE_WHOLE)
        return REACHES;
    if (class >= SIEVE_COMMUNE)
        return class == SIEVE_UNSURE || class == p->commune ? UNSURE : AWAY;
    return p->anywhere ? REACHES : judge_circle(class, homes[who >> SIEVE_HANDLE].seat, p);
}

static void plain_reach(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                        const struct sieve_place *place, struct sieve_out *out)
{
    for (size_t i = 0; i < count; i++) {
        enum verdict v = judge(who[i], homes, place);
        out->sure[out->sure_count] = who[i];
        out->unsure[out->unsure_count] = who[i];
        if (facts)
            out->unsure_facts[out->unsure_count] = facts[i];
        if (out->sure_facts)
            out->sure_facts[out->sure_count] = facts[i];
        out->sure_count += v == REACHES;
        out->unsure_count += v == UNSURE;
    }
}

// Points

void sieve_class(uint64_t *facts, size_t count, unsigned class)
{
    for (size_t i = 0; i < count; i++)
        facts[i] = (facts[i] & ~((uint64_t)15 << (32 + SIEVE_ARTICLES))) | (uint64_t)class << (32 + SIEVE_ARTICLES);
}

static int place_points(uint32_t seat, uint32_t seated, const struct sieve_points *p)
{
    int points = p->seats[seated], near = 0;
    if (!p->measured)
        return points;
    float km = sieve_least(seat, &p->place);
    if (km <= 10 || seat == SIEVE_SEAT_UNKNOWN)
        near = p->near;
    else if (km <= 50)
        near = km <= 30 ? p->km30 : p->km50;
    return near > points ? near : points;
}

static int value_points(uint64_t facts, const struct sieve_points *p)
{
    uint16_t least = sieve_least_value(facts), most = sieve_most_value(facts);
    if (!p->said || (least == 0 && most == SIEVE_VALUE_MOST))
        return p->unsaid;
    return least <= p->least && most >= p->most ? p->inside : p->meets;
}

static int criteria_points(uint64_t facts, const struct sieve_points *p)
{
    size_t met = 0;
    for (size_t i = 0; i < p->wanted_count; i++)
        met += (facts & p->wanted[i]) != 0;
    return p->met[facts & (uint64_t)SIEVE_CRITERIA << 32 ? p->wanted_count : met];
}

static void plain_rank(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                       const struct sieve_points *p, int *points)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t handle = who[i] >> SIEVE_HANDLE;
        points[i] = p->codes[facts[i] >> (32 + SIEVE_ARTICLES) & 15] + place_points(homes[handle].seat, homes[handle].seated, p) +
                    value_points(facts[i], p) + criteria_points(facts[i], p) +
                    (facts[i] & (uint64_t)SIEVE_KEYWORDS << 32 ? p->keywords : 0);
    }
}

#if defined __x86_64__

// AVX2: four postings at a time

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

// Entries of a register that a mask of four keeps, moved to its front: of 32 and of 64 bits, as numbers of 32-bit parts.
static const uint32_t kept32[16][4] = {
    {0, 0, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {2, 0, 0, 0}, {0, 2, 0, 0}, {1, 2, 0, 0}, {0, 1, 2, 0},
    {3, 0, 0, 0}, {0, 3, 0, 0}, {1, 3, 0, 0}, {0, 1, 3, 0}, {2, 3, 0, 0}, {0, 2, 3, 0}, {1, 2, 3, 0}, {0, 1, 2, 3},
};
static const uint32_t kept64[16][8] = {
    {0, 1, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0, 0, 0}, {2, 3, 0, 0, 0, 0, 0, 0}, {0, 1, 2, 3, 0, 0, 0, 0},
    {4, 5, 0, 0, 0, 0, 0, 0}, {0, 1, 4, 5, 0, 0, 0, 0}, {2, 3, 4, 5, 0, 0, 0, 0}, {0, 1, 2, 3, 4, 5, 0, 0},
    {6, 7, 0, 0, 0, 0, 0, 0}, {0, 1, 6, 7, 0, 0, 0, 0}, {2, 3, 6, 7, 0, 0, 0, 0}, {0, 1, 2, 3, 6, 7, 0, 0},
    {4, 5, 6, 7, 0, 0, 0, 0}, {0, 1, 4, 5, 6, 7, 0, 0}, {2, 3, 4, 5, 6, 7, 0, 0}, {0, 1, 2, 3, 4, 5, 6, 7},
};

AVX2 static inline void keep32(uint32_t *to, __m128i x, unsigned mask)
{
    __m128 moved = _mm_permutevar_ps(_mm_castsi128_ps(x), _mm_loadu_si128((const __m128i *)(const void *)kept32[mask]));
    _mm_storeu_ps((float *)(void *)to, moved);
}

AVX2 static inline void keep64(uint64_t *to, __m256i x, unsigned mask)
{
    __m256i order = _mm256_loadu_si256((const __m256i *)(const void *)kept64[mask]);
    _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permutevar8x32_epi32(x, order));
}

AVX2 static inline unsigned mask4(__m256i x) // of what is all ones
{
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(x));
}

AVX2 static void avx2_postings(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_test *t,
                               struct sieve_out *out)
{
    const __m256i most = _mm256_set1_epi64x((long long)t->most), all = _mm256_set1_epi64x((long long)t->all);
    const __m256i any0 = _mm256_set1_epi64x((long long)t->any[0] << 32), any1 = _mm256_set1_epi64x((long long)t->any[1] << 32);
    const __m256i ask = _mm256_set1_epi64x((long long)t->ask), zero = _mm256_setzero_si256();
    const __m256i ends = _mm256_set1_epi64x(0x00010001), values = _mm256_set1_epi64x(VALUES);
    size_t sure = out->sure_count, unsure = out->unsure_count;
    for (size_t i = 0; i < count; i += 4) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(facts + i));
        __m256i within = _mm256_cmpeq_epi64(_mm256_max_epu16(x, most), most);
        __m256i whole = _mm256_cmpeq_epi64(_mm256_and_si256(x, all), all);
        __m256i none = _mm256_or_si256(_mm256_cmpeq_epi64(_mm256_and_si256(x, any0), zero),
                                       _mm256_cmpeq_epi64(_mm256_and_si256(x, any1), zero));
        __m256i edge = _mm256_cmpeq_epi64(_mm256_min_epu16(_mm256_and_si256(_mm256_xor_si256(x, most), values), ends), ends);
        __m256i clear = _mm256_and_si256(edge, _mm256_cmpeq_epi64(_mm256_and_si256(x, ask), zero));
        unsigned pass = mask4(_mm256_andnot_si256(none, _mm256_and_si256(within, whole)));
        pass &= count - i >= 4 ? 15u : (1u << (count - i)) - 1;
        unsigned certain = mask4(clear), good = pass & certain, rest = pass & ~certain;
        __m128i w = _mm_loadu_si128((const __m128i *)(const void *)(who + i));
        keep32(out->sure + sure, w, good);
        if (out->sure_facts)
            keep64(out->sure_facts + sure, x, good);
        sure += (unsigned)__builtin_popcount(good);
        if (rest) {
            keep32(out->unsure + unsure, w, rest);
            keep64(out->unsure_facts + unsure, x, rest);
            unsure += (unsigned)__builtin_popcount(rest);
        }
    }
    out->sure_count = sure;
    out->unsure_count = unsure;
}

// AVX-512: eight postings at a time, sixteen circles

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,popcnt")))

AVX512 static void avx512_postings(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_test *t,
                                   struct sieve_out *out)
{
    const __m512i most = _mm512_set1_epi64((long long)t->most), all = _mm512_set1_epi64((long long)t->all);
    const __m512i any0 = _mm512_set1_epi64((long long)t->any[0] << 32), any1 = _mm512_set1_epi64((long long)t->any[1] << 32);
    const __m512i ask = _mm512_set1_epi64((long long)t->ask), ends = _mm512_set1_epi64(0x00010001);
    const __m512i values = _mm512_set1_epi64(VALUES);
    size_t sure = out->sure_count, unsure = out->unsure_count;
    for (size_t i = 0; i < count; i += 8) {
        __mmask8 live = count - i >= 8 ? 0xff : (__mmask8)((1u << (count - i)) - 1);
        __m512i x = _mm512_loadu_si512(facts + i);
        __mmask8 pass = _mm512_mask_cmpeq_epi64_mask(live, _mm512_max_epu16(x, most), most);
        pass = _mm512_mask_cmpeq_epi64_mask(pass, _mm512_and_si512(x, all), all);
        pass = _mm512_mask_test_epi64_mask(pass, x, any0);
        pass = _mm512_mask_test_epi64_mask(pass, x, any1);
        __mmask8 certain = _mm512_mask_testn_epi64_mask(pass, x, ask);
        __m512i apart = _mm512_and_si512(_mm512_xor_si512(x, most), values);
        certain = _mm512_mask_cmpeq_epi64_mask(certain, _mm512_min_epu16(apart, ends), ends);
        __m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(who + i));
        _mm256_storeu_si256((__m256i *)(void *)(out->sure + sure), _mm256_maskz_compress_epi32(certain, w));
        if (out->sure_facts)
            _mm512_storeu_si512(out->sure_facts + sure, _mm512_maskz_compress_epi64(certain, x));
        sure += (unsigned)__builtin_popcount(certain);
        __mmask8 rest = pass & (__mmask8)~certain;
        if (rest) {
            _mm256_storeu_si256((__m256i *)(void *)(out->unsure + unsure), _mm256_maskz_compress_epi32(rest, w));
            _mm512_storeu_si512(out->unsure_facts + unsure, _mm512_maskz_compress_epi64(rest, x));
            unsure += (unsigned)__builtin_popcount(rest);
        }
    }
    out->sure_count = sure;
    out->unsure_count = unsure;
}

// plane_km of sixteen seats.
AVX512 static inline __m512 plane_kms(__m512i seat, const struct sieve_place *p)
{
    __m512 lat = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srai_epi32(_mm512_slli_epi32(seat, 16), 16)), _mm512_set1_ps(180.0f / 65536));
    __m512 lon = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srai_epi32(seat, 16)), _mm512_set1_ps(360.0f / 65536));
    __m512 dy = _mm512_sub_ps(lat, _mm512_set1_ps(p->lat)), dx = _mm512_sub_ps(lon, _mm512_set1_ps(p->lon));
    dx = _mm512_mask_sub_ps(dx, _mm512_cmp_ps_mask(dx, _mm512_set1_ps(180), _CMP_GT_OQ), dx, _mm512_set1_ps(360));
    dx = _mm512_mask_add_ps(dx, _mm512_cmp_ps_mask(dx, _mm512_set1_ps(-180), _CMP_LT_OQ), dx, _mm512_set1_ps(360));
    dx = _mm512_mul_ps(dx, _mm512_sub_ps(_mm512_set1_ps(p->cos), _mm512_mul_ps(dy, _mm512_set1_ps(p->sin * (RADIAN / 2)))));
    __m512 square = _mm512_add_ps(_mm512_mul_ps(dx, dx), _mm512_mul_ps(dy, dy));
    return _mm512_mul_ps(_mm512_sqrt_ps(square), _mm512_set1_ps(DEGREE_KM));
}

// Circles among `live`: which of them reach the place, which may. As judge_circle says.
AVX512 static inline __mmask16 judge_circles(__m512i who, __m512i class, __mmask16 live, const struct sieve_home *homes,
                                             const struct sieve_place *p, __mmask16 *unsure)
{
    __m512i seat = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), live, _mm512_srli_epi32(who, SIEVE_HANDLE), homes, 8);
    __m512 km = plane_kms(seat, p), wrong = _mm512_add_ps(_mm512_mul_ps(km, _mm512_set1_ps(PLANE)), _mm512_set1_ps(ROUNDED_KM));
    __mmask16 large = _mm512_cmpgt_epi32_mask(class, _mm512_set1_epi32(WHOLE_KM));
    __m512i beyond = _mm512_sub_epi32(class, _mm512_set1_epi32(WHOLE_KM));
    __m512i whole = _mm512_mask_add_epi32(class, large, _mm512_mullo_epi32(beyond, _mm512_set1_epi32(STEP_KM)), _mm512_set1_epi32(WHOLE_KM));
    __m512 most = _mm512_cvtepi32_ps(whole), step = _mm512_mask_mov_ps(_mm512_set1_ps(1), large, _mm512_set1_ps(STEP_KM));
    __mmask16 far = _mm512_mask_cmp_ps_mask(live, km, _mm512_set1_ps(NEAR_KM), _CMP_GT_OQ), near = live & (__mmask16)~far;
    __mmask16 reaches = _mm512_mask_cmp_ps_mask(near, _mm512_add_ps(km, wrong), _mm512_sub_ps(most, step), _CMP_LE_OQ);
    __mmask16 away = _mm512_mask_cmp_ps_mask(near, _mm512_sub_ps(km, wrong), most, _CMP_GT_OQ);
    away |= _mm512_mask_cmp_ps_mask(far, _mm512_mul_ps(km, _mm512_set1_ps(FAR_SHARE)), most, _CMP_GT_OQ);
    *unsure = live & (__mmask16)~(reaches | away);
    return reaches;
}

// Of sixteen facts those that a mask keeps.
AVX512 static inline void keep16(uint64_t *to, const uint64_t *facts, __mmask16 mask)
{
    __m512i low = _mm512_maskz_compress_epi64((__mmask8)mask, _mm512_loadu_si512(facts));
    __m512i high = _mm512_maskz_compress_epi64((__mmask8)(mask >> 8), _mm512_loadu_si512(facts + 8));
    _mm512_storeu_si512(to, low);
    _mm512_storeu_si512(to + __builtin_popcount(mask & 0xff), high);
}

AVX512 static void avx512_reach(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                                const struct sieve_place *place, struct sieve_out *out)
{
    const __m512i commune = _mm512_set1_epi32((int)place->commune);
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 live = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1), unsure = 0;
        __m512i w = _mm512_maskz_loadu_epi32(live, who + i), class = _mm512_and_si512(w, _mm512_set1_epi32(0xff));
        __mmask16 whole = _mm512_mask_cmpeq_epi32_mask(live, class, _mm512_setzero_si512());
        __mmask16 ask = _mm512_mask_cmpeq_epi32_mask(live, class, commune) |
                        _mm512_mask_cmpeq_epi32_mask(live, class, _mm512_set1_epi32(SIEVE_UNSURE));
        __mmask16 circles = _mm512_mask_cmplt_epi32_mask(live & (__mmask16)~whole, class, _mm512_set1_epi32(SIEVE_COMMUNE));
        __mmask16 sure = whole;
        if (place->anywhere)
            sure |= circles;
        else if (fabsf(place->lat) > LAT_MOST)
            unsure = circles;
        else if (circles)
            sure |= judge_circles(w, class, circles, homes, place, &unsure);
        ask |= unsure;
        _mm512_storeu_si512(out->sure + out->sure_count, _mm512_maskz_compress_epi32(sure, w));
        if (out->sure_facts)
            keep16(out->sure_facts + out->sure_count, facts + i, sure);
        if (facts && ask)
            keep16(out->unsure_facts + out->unsure_count, facts + i, ask);
        out->sure_count += (unsigned)__builtin_popcount(sure);
        _mm512_storeu_si512(out->unsure + out->unsure_count, _mm512_maskz_compress_epi32(ask, w));
        out->unsure_count += (unsigned)__builtin_popcount(ask);
    }
}

// One number of each of sixteen facts: the low 32 bits of what is left after a shift.
AVX512 static inline __m512i part16(const uint64_t *facts, unsigned shift)
{
    __m256i low = _mm512_cvtepi64_epi32(_mm512_srli_epi64(_mm512_loadu_si512(facts), shift));
    __m256i high = _mm512_cvtepi64_epi32(_mm512_srli_epi64(_mm512_loadu_si512(facts + 8), shift));
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

AVX512 static inline __mmask16 have16(const uint64_t *facts, uint64_t bits)
{
    __m512i wanted = _mm512_set1_epi64((long long)bits);
    __mmask16 low = _mm512_test_epi64_mask(_mm512_loadu_si512(facts), wanted);
    return low | (__mmask16)(_mm512_test_epi64_mask(_mm512_loadu_si512(facts + 8), wanted) << 8);
}

AVX512 static inline __m512i places16(__m512i handle, __mmask16 live, const struct sieve_home *homes,
                                      const struct sieve_points *p)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i seat = _mm512_mask_i32gather_epi32(zero, live, handle, &homes->seated, 8);
    __m512i points = _mm512_mask_i32gather_epi32(zero, live, seat, p->seats, 4);
    if (!p->measured)
        return points;
    seat = _mm512_mask_i32gather_epi32(zero, live, handle, homes, 8);
    __m512 km = plane_kms(seat, &p->place);
    __m512 close = _mm512_sub_ps(_mm512_mul_ps(km, _mm512_set1_ps(1 - PLANE)), _mm512_set1_ps(ROUNDED_KM));
    close = _mm512_mask_mul_ps(close, _mm512_cmp_ps_mask(km, _mm512_set1_ps(NEAR_KM), _CMP_GT_OQ), km, _mm512_set1_ps(FAR_SHARE));
    __m512i near = _mm512_maskz_mov_epi32(_mm512_cmp_ps_mask(close, _mm512_set1_ps(50), _CMP_LE_OQ), _mm512_set1_epi32(p->km50));
    near = _mm512_mask_mov_epi32(near, _mm512_cmp_ps_mask(close, _mm512_set1_ps(30), _CMP_LE_OQ), _mm512_set1_epi32(p->km30));
    __mmask16 closest = _mm512_cmp_ps_mask(close, _mm512_set1_ps(10), _CMP_LE_OQ) |
                        _mm512_cmpeq_epi32_mask(seat, _mm512_set1_epi32((int)SIEVE_SEAT_UNKNOWN));
    return _mm512_max_epi32(points, _mm512_mask_mov_epi32(near, closest, _mm512_set1_epi32(p->near)));
}

AVX512 static inline __m512i values16(const uint64_t *facts, const struct sieve_points *p)
{
    __m512i values = part16(facts, 0), ends = _mm512_set1_epi32(SIEVE_VALUE_MOST);
    __m512i least = _mm512_and_si512(_mm512_srli_epi32(values, 4), ends);
    __m512i most = _mm512_sub_epi32(ends, _mm512_and_si512(_mm512_srli_epi32(values, 20), ends));
    __mmask16 inside = _mm512_cmple_epi32_mask(least, _mm512_set1_epi32(p->least)) &
                       _mm512_cmpge_epi32_mask(most, _mm512_set1_epi32(p->most));
    __mmask16 unsaid = !p->said ? 0xffff : (__mmask16)(_mm512_testn_epi32_mask(least, least) & _mm512_cmpeq_epi32_mask(most, ends));
    __m512i points = _mm512_mask_mov_epi32(_mm512_set1_epi32(p->meets), inside, _mm512_set1_epi32(p->inside));
    return _mm512_mask_mov_epi32(points, unsaid, _mm512_set1_epi32(p->unsaid));
}

AVX512 static inline __m512i criteria16(const uint64_t *facts, const struct sieve_points *p)
{
    __m512i met = _mm512_setzero_si512();
    for (size_t k = 0; k < p->wanted_count; k++)
        met = _mm512_mask_add_epi32(met, have16(facts, p->wanted[k]), met, _mm512_set1_epi32(1));
    met = _mm512_mask_mov_epi32(met, have16(facts, (uint64_t)SIEVE_CRITERIA << 32), _mm512_set1_epi32((int)p->wanted_count));
    return _mm512_i32gather_epi32(met, p->met, 4);
}

AVX512 static void avx512_rank(const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                               const struct sieve_points *p, int *points)
{
    if (fabsf(p->place.lat) > LAT_MOST) { // every seat may be near
        plain_rank(who, facts, count, homes, p, points);
        return;
    }
    for (size_t i = 0; i < count; i += 16) {
        __mmask16 live = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
        const uint64_t *f = facts + i;
        __m512i sum = places16(_mm512_srli_epi32(_mm512_maskz_loadu_epi32(live, who + i), SIEVE_HANDLE), live, homes, p);
        __m512i class = _mm512_and_si512(part16(f, 32 + SIEVE_ARTICLES), _mm512_set1_epi32(15));
        sum = _mm512_add_epi32(sum, _mm512_permutexvar_epi32(class, _mm512_loadu_si512(p->codes)));
        sum = _mm512_add_epi32(sum, _mm512_add_epi32(values16(f, p), criteria16(f, p)));
        sum = _mm512_mask_add_epi32(sum, have16(f, (uint64_t)SIEVE_KEYWORDS << 32), sum, _mm512_set1_epi32(p->keywords));
        _mm512_mask_storeu_epi32(points + i, live, sum);
    }
}

bool sieve_has(enum sieve_way way)
{
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    return way == SIEVE_PLAIN || (way == SIEVE_AVX2 && __builtin_cpu_supports("avx2")) || (way == SIEVE_AVX512 && wide);
}

static void (*const postings[SIEVE_WAYS])(const uint32_t *, const uint64_t *, size_t, const struct sieve_test *,
                                          struct sieve_out *) = {plain_postings, avx2_postings, avx512_postings};
// Circles are few enough that AVX2 has no way of its own for them.
static void (*const reaches[SIEVE_WAYS])(const uint32_t *, const uint64_t *, size_t, const struct sieve_home *,
                                         const struct sieve_place *, struct sieve_out *) = {plain_reach, plain_reach, avx512_reach};
static void (*const ranks[SIEVE_WAYS])(const uint32_t *, const uint64_t *, size_t, const struct sieve_home *,
                                       const struct sieve_points *, int *) = {plain_rank, plain_rank, avx512_rank};

#else

bool sieve_has(enum sieve_way way)
{
    return way == SIEVE_PLAIN;
}

static void (*const postings[SIEVE_WAYS])(const uint32_t *, const uint64_t *, size_t, const struct sieve_test *,
                                          struct sieve_out *) = {plain_postings, plain_postings, plain_postings};
static void (*const reaches[SIEVE_WAYS])(const uint32_t *, const uint64_t *, size_t, const struct sieve_home *,
                                         const struct sieve_place *, struct sieve_out *) = {plain_reach, plain_reach, plain_reach};
static void (*const ranks[SIEVE_WAYS])(const uint32_t *, const uint64_t *, size_t, const struct sieve_home *,
                                       const struct sieve_points *, int *) = {plain_rank, plain_rank, plain_rank};

#endif

void sieve_postings(enum sieve_way way, const uint32_t *who, const uint64_t *facts, size_t count,
                    const struct sieve_test *test, struct sieve_out *out)
{
    postings[way](who, facts, count, test, out);
}

void sieve_reach(enum sieve_way way, const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                 const struct sieve_place *place, struct sieve_out *out)
{
    reaches[way](who, facts, count, homes, place, out);
}

void sieve_rank(enum sieve_way way, const uint32_t *who, const uint64_t *facts, size_t count, const struct sieve_home *homes,
                const struct sieve_points *p, int *points)
{
    ranks[way](who, facts, count, homes, p, points);
}

enum sieve_way sieve_best(void)
{
    enum sieve_way way = SIEVE_AVX512;
    while (!sieve_has(way))
        way--;
    return way;
}

const char *sieve_name(enum sieve_way way)
{
    static const char *const names[] = {"plain", "avx2", "avx512"};
    return names[way];
}
