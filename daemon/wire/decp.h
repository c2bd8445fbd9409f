// SPDX-License-Identifier: EUPL-1.2
// French essential procurement data (DECP; Code de la commande publique R2196-1, arrêtés of 14 April 2017 and 22
// December 2022): one contract, one line of JSON, becomes one published need of its buyer with one lot.
#ifndef WIRE_DECP_H
#define WIRE_DECP_H

#include "core/need.h"
#include "wire/import.h"
#include "wire/seal.h"

struct decp {
    struct need need;       // need.buyer is the buyer's SIRET; id "", state published, version 1
    const char *buyer_name; // never empty: the SIRET when the line gives none (NAME_GUESSED)
    char key[SEAL_HASH];    // of SIRET, contract id and content: the same contract read again has the same key
};

// ERR_OK: taken, repaired when there are warnings; ERR_INVALID: refused, every reason in `faults`. All memory is in the
// arena; len bytes without the line end. Both lists must be empty (fault_init). How fields are taken:
// acheteur, else autoriteConcedante: the buyer. objet: the title; over 300 characters it is cut and the whole becomes the
// description. codeCPV: the codes, and by division the kinds of service. lieuExecution: the place. montant, else
// valeurGlobale: the value, when between 10 and 10^9 euros. dureeMois: the duration. dateNotification, else
// dateSignature: the start. id, else uid, else uuid: the reference. procedure without publicity: a request for a quote,
// else a call for tenders. A reserved contract does not say under which article, so the lot stays open to all.
enum err decp_read(const struct import_context *x, const char *line, size_t len, struct arena *arena, struct decp *out,
                   struct faults *faults, struct faults *warnings) MUST_USE;

#endif
