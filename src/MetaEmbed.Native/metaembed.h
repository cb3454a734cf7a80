/*
 * metaembed.h: recommend from a MetaEmbed model file (.metaembed) in C.
 *
 * Users and items are whole numbers from 0, as in training. Every function may be called from any number of threads at once,
 * except that nobody may use a model that metaembed_close has closed. The library keeps no pointer that it is given.
 *
 * A function that returns int32_t returns a count (0 or more), or one of the METAEMBED_* codes, which are negative; then
 * metaembed_last_error tells this thread what was found, in one line of UTF-8.
 */
#ifndef METAEMBED_H
#define METAEMBED_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define METAEMBED_MISTAKE (-1)  /* the file is missing or damaged, or an id does not exist */
#define METAEMBED_ARGUMENT (-2) /* a null pointer, a negative length, or a model that is not open */
#define METAEMBED_FAILED (-3)   /* anything else; a bug */

/* A model file that is open; 0 is none. */
typedef int64_t metaembed_model;

/* An item of a list. Larger scores come first, ties go to the smaller id. Scores of different lists do not compare. */
typedef struct {
    int32_t item;
    float score;
} metaembed_recommendation;

/* Opens a model file, by memory map. path: UTF-8, ends with a zero byte. Gives 0 on failure. */
metaembed_model metaembed_open(const char *path);

/* Closes it and frees all that belongs to it. Closing 0 does nothing. */
void metaembed_close(metaembed_model model);

/* What the file holds. Users: those known by id; 0 for files of kind device. */
int32_t metaembed_item_count(metaembed_model model);
int32_t metaembed_user_count(metaembed_model model);

/* The best items for somebody who has met the items of history; these are left out. One that stands twice counts once; from
 * an empty history, the items most popular in training. exclude: items to leave out besides; null with 0 for none.
 * best: gets at most k items. Returns how many. */
int32_t metaembed_recommend(metaembed_model model, const int32_t *history, int32_t history_length, const int32_t *exclude,
                            int32_t exclude_length, metaembed_recommendation *best, int32_t k);

/* The best items for a known user, without those that the file knows the user to have met. */
int32_t metaembed_recommend_user(metaembed_model model, int32_t user, const int32_t *exclude, int32_t exclude_length,
                                 metaembed_recommendation *best, int32_t k);

/* The items most similar to an item: the cosine of their rows. */
int32_t metaembed_similar(metaembed_model model, int32_t item, metaembed_recommendation *best, int32_t k);

/* The name of an item (its number, where it has none) as UTF-8 into buffer, cut to fit and ended by a zero byte where size is
 * positive. Returns the bytes of the whole name without the zero byte. */
int32_t metaembed_item_name(metaembed_model model, int32_t item, char *buffer, int32_t size);

/* The first item of a name, exactly; METAEMBED_MISTAKE where there is none. name: UTF-8, ends with a zero byte. */
int32_t metaembed_find_item(metaembed_model model, const char *name);

/* What the last call on this thread that failed had found, as metaembed_item_name gives names. */
int32_t metaembed_last_error(char *buffer, int32_t size);

#ifdef __cplusplus
}
#endif

#endif
