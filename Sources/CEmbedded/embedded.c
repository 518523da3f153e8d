#include <string.h>
#include "include/CEmbedded.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t functions[] = {
#embed "Prelude/functions.loam"
};
static const uint8_t layers[] = {
#embed "Prelude/layers.loam"
};
static const uint8_t images[] = {
#embed "Prelude/images.loam"
};
static const uint8_t losses[] = {
#embed "Prelude/losses.loam"
};
static const uint8_t networks[] = {
#embed "Prelude/networks.loam"
};
static const uint8_t dense[] = {
#embed "Prelude/dense.loam"
};
static const uint8_t flow[] = {
#embed "Prelude/flow.loam"
};
static const uint8_t measures[] = {
#embed "Prelude/measures.loam"
};
static const uint8_t judging[] = {
#embed "Prelude/judging.loam"
};
static const uint8_t report[] = {
#embed "Prelude/report.loam"
};
static const uint8_t report_measures[] = {
#embed "Prelude/report_measures.loam"
};
static const uint8_t report_page[] = {
#embed "Prelude/report_page.loam"
};
static const uint8_t generating[] = {
#embed "Prelude/generating.loam"
};
static const uint8_t classifier[] = {
#embed "Prelude/classifier.loam"
};
static const uint8_t watching[] = {
#embed "Prelude/watching.loam"
};
static const uint8_t vae[] = {
#embed "Prelude/vae.loam"
};
static const uint8_t tables[] = {
#embed "Prelude/tables.loam"
};
static const uint8_t tabular[] = {
#embed "Prelude/tabular.loam"
};
static const uint8_t gan[] = {
#embed "Prelude/gan.loam"
};
static const uint8_t augmentation[] = {
#embed "Prelude/augmentation.loam"
};
static const uint8_t clothes_images[] = {
#embed "Data/clothes-images.idx.gz"
};
static const uint8_t clothes_labels[] = {
#embed "Data/clothes-labels.idx.gz"
};
static const uint8_t digits_images[] = {
#embed "Data/digits-images.idx.gz"
};
static const uint8_t digits_labels[] = {
#embed "Data/digits-labels.idx.gz"
};

#define FILE_ENTRY(name, array) {name, array, sizeof array}

static const LoamFile prelude[] = {
  FILE_ENTRY("functions.loam", functions), FILE_ENTRY("layers.loam", layers), FILE_ENTRY("images.loam", images), FILE_ENTRY("losses.loam", losses),
  FILE_ENTRY("networks.loam", networks), FILE_ENTRY("watching.loam", watching), FILE_ENTRY("dense.loam", dense), FILE_ENTRY("vae.loam", vae), FILE_ENTRY("tables.loam", tables), FILE_ENTRY("tabular.loam", tabular), FILE_ENTRY("gan.loam", gan),
  FILE_ENTRY("flow.loam", flow), FILE_ENTRY("classifier.loam", classifier), FILE_ENTRY("generating.loam", generating),
  FILE_ENTRY("measures.loam", measures), FILE_ENTRY("judging.loam", judging), FILE_ENTRY("report.loam", report),
  FILE_ENTRY("report_measures.loam", report_measures), FILE_ENTRY("report_page.loam", report_page),
  FILE_ENTRY("augmentation.loam", augmentation),
};

static const LoamFile data[] = {
  FILE_ENTRY("clothes-images.idx.gz", clothes_images), FILE_ENTRY("clothes-labels.idx.gz", clothes_labels),
  FILE_ENTRY("digits-images.idx.gz", digits_images), FILE_ENTRY("digits-labels.idx.gz", digits_labels),
};

int loam_prelude_count(void) { return sizeof prelude / sizeof prelude[0]; }

LoamFile loam_prelude(int index) { return prelude[index]; }

LoamFile loam_data(const char *name) {
  for (size_t i = 0; i < sizeof data / sizeof data[0]; i++)
    if (strcmp(data[i].name, name) == 0) return data[i];
  return (LoamFile){name, 0, 0};
}
