// SPDX-License-Identifier: EUPL-1.2
// A doubly linked list through a member of the listed struct.
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next, *prev;
};

static inline void list_init(struct list *head)
{
    head->next = head->prev = head;
}
static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}
static inline void list_add(struct list *head, struct list *item) // at the end
{
    item->prev = head->prev;
    item->next = head;
    head->prev->next = item;
    head->prev = item;
}
static inline void list_remove(struct list *item) // item may be removed twice
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    item->next = item->prev = item;
}
#define LIST_ITEM(node, type, member) ((type *)((char *)(node)-offsetof(type, member)))

#endif
