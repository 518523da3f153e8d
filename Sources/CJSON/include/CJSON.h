// JSON text, read by simdjson (G. Langdale, D. Lemire, "Parsing gigabytes of JSON per second", VLDB Journal 28, 2019), which
// is written in C++.
#ifndef LOAM_JSON_H
#define LOAM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct LoamJSON LoamJSON;

// A value of a document, which is valid as long as the document.
typedef struct {
  uint64_t words[2];
} LoamJSONValue;

// A position among the elements of an array or the members of an object.
typedef struct {
  uint64_t current[2], end[2];
  bool isObject;
} LoamJSONCursor;

typedef enum {
  LoamJSONArray,
  LoamJSONObject,
  LoamJSONNumber,
  LoamJSONString,
  LoamJSONBoolean,
  LoamJSONNull,
} LoamJSONKind;

// Bytes that must be readable after the text.
size_t loam_json_padding(void);

// Parses UTF-8 text. Returns NULL and a static message if it is not JSON, is nested more than 1,024 deep, or does not fit in
// memory. The text is not used afterwards.
LoamJSON *loam_json_parse(const uint8_t *bytes, size_t count, const char **message);
void loam_json_free(LoamJSON *document);
LoamJSONValue loam_json_root(const LoamJSON *document);

LoamJSONKind loam_json_kind(LoamJSONValue value);
// Each returns false for a value of another kind. An integer is a number without fraction or exponent that fits.
bool loam_json_integer(LoamJSONValue value, int64_t *result);
bool loam_json_number(LoamJSONValue value, double *result);
bool loam_json_boolean(LoamJSONValue value, bool *result);
bool loam_json_string(LoamJSONValue value, const char **bytes, size_t *count);

// The first member of an object with this name.
bool loam_json_member(LoamJSONValue object, const char *name, size_t count, LoamJSONValue *result);
bool loam_json_begin(LoamJSONValue container, LoamJSONCursor *cursor);
bool loam_json_next(LoamJSONCursor *cursor, LoamJSONValue *value);
// The next member of an object with its name, which is valid as long as the document.
bool loam_json_next_member(LoamJSONCursor *cursor, const char **name, size_t *count, LoamJSONValue *value);

#ifdef __cplusplus
}
#endif

#endif
