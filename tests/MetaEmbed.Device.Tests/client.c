/* Opens a model file, prints a list, and checks what a mistake answers. usage: client FILE */
#include <stdio.h>
#include <string.h>
#include "metaembed.h"

#define CHECK(condition) \
    if (!(condition)) { fprintf(stderr, "line %d: %s\n", __LINE__, #condition); return 1; }

int main(int argc, char **argv) {
    char text[256], shorter[4];
    int32_t history[] = {1, 17, 30, 42}, beyond[] = {1 << 30}, count, i;
    metaembed_recommendation best[6];
    metaembed_model model;

    CHECK(argc == 2)
    CHECK(metaembed_open("missing.metaembed") == 0)
    CHECK(metaembed_last_error(text, sizeof text) > 0 && strstr(text, "there is no such file"))
    CHECK(metaembed_item_count(0) == METAEMBED_ARGUMENT)

    model = metaembed_open(argv[1]);
    CHECK(model != 0)
    CHECK(metaembed_item_count(model) == 50)
    count = metaembed_recommend(model, history, 4, NULL, 0, best, 6);
    CHECK(count == 6)
    for (i = 0; i < count; i++) {
        CHECK(metaembed_item_name(model, best[i].item, text, sizeof text) > 0)
        printf("%d\t%.9g\t%s\n", (int)best[i].item, (double)best[i].score, text);
    }

    /* The best item left out: the second is now the first. */
    CHECK(metaembed_recommend(model, history, 4, &best[0].item, 1, best, 1) == 1)
    CHECK(metaembed_similar(model, 9, best, 3) == 3 && best[0].item != 9)
    CHECK(metaembed_recommend(model, beyond, 1, NULL, 0, best, 6) == METAEMBED_MISTAKE)
    CHECK(metaembed_last_error(NULL, 0) > 0)
    CHECK(metaembed_recommend(model, NULL, 1, NULL, 0, best, 6) == METAEMBED_ARGUMENT)
    CHECK(metaembed_recommend(model, history, -1, NULL, 0, best, 6) == METAEMBED_ARGUMENT)
    CHECK(metaembed_find_item(model, "nobody's") == METAEMBED_MISTAKE)
    CHECK(metaembed_item_name(model, 1, text, sizeof text) == 8)
    CHECK(metaembed_find_item(model, text) == 1)
    CHECK(metaembed_item_name(model, 1, shorter, sizeof shorter) == 8 && !strcmp(shorter, "ite"))
    if (metaembed_user_count(model) > 0) {
        CHECK(metaembed_recommend_user(model, 0, NULL, 0, best, 6) == 6)
        CHECK(metaembed_recommend_user(model, -1, NULL, 0, best, 6) == METAEMBED_MISTAKE)
    }

    metaembed_close(model);
    metaembed_close(model);
    CHECK(metaembed_similar(model, 9, best, 3) == METAEMBED_ARGUMENT)
    return 0;
}
