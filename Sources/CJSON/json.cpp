#include "CJSON.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <type_traits>

using namespace simdjson;

struct LoamJSON {
  dom::parser parser;
  dom::element root;
};

// simdjson's values and iterators are a pointer and a position, which cross to C as plain words.
template <typename T> static T load(const uint64_t *words) {
  static_assert(sizeof(T) == 16 && std::is_trivially_copyable_v<T>, "a pointer and a position");
  T value;
  memcpy(static_cast<void *>(&value), words, sizeof value);
  return value;
}

template <typename T> static void store(const T &value, uint64_t *words) {
  static_assert(sizeof(T) == 16 && std::is_trivially_copyable_v<T>, "a pointer and a position");
  memcpy(words, static_cast<const void *>(&value), sizeof value);
}

static LoamJSONValue plain(const dom::element &element) {
  LoamJSONValue value;
  store(element, value.words);
  return value;
}

static dom::element element(LoamJSONValue value) { return load<dom::element>(value.words); }

template <typename Iterator> static bool next(LoamJSONCursor *cursor, LoamJSONValue *value) {
  Iterator current = load<Iterator>(cursor->current);
  if (!(current != load<Iterator>(cursor->end))) return false;
  if constexpr (std::is_same_v<Iterator, dom::array::iterator>) {
    *value = plain(*current);
  } else {
    *value = plain(current.value());
  }
  ++current;
  store(current, cursor->current);
  return true;
}

extern "C" {

size_t loam_json_padding(void) { return SIMDJSON_PADDING; }

LoamJSON *loam_json_parse(const uint8_t *bytes, size_t count, const char **message) {
  LoamJSON *document = new (std::nothrow) LoamJSON;
  if (!document) {
    *message = error_message(MEMALLOC);
    return nullptr;
  }
  error_code error = document->parser.parse(bytes, count, false).get(document->root);
  if (error) {
    *message = error_message(error);
    delete document;
    return nullptr;
  }
  return document;
}

void loam_json_free(LoamJSON *document) { delete document; }

LoamJSONValue loam_json_root(const LoamJSON *document) { return plain(document->root); }

LoamJSONKind loam_json_kind(LoamJSONValue value) {
  switch (element(value).type()) {
  case dom::element_type::ARRAY:
    return LoamJSONArray;
  case dom::element_type::OBJECT:
    return LoamJSONObject;
  case dom::element_type::STRING:
    return LoamJSONString;
  case dom::element_type::BOOL:
    return LoamJSONBoolean;
  case dom::element_type::NULL_VALUE:
    return LoamJSONNull;
  default:
    return LoamJSONNumber;
  }
}

bool loam_json_integer(LoamJSONValue value, int64_t *result) { return element(value).get_int64().get(*result) == SUCCESS; }

bool loam_json_number(LoamJSONValue value, double *result) { return element(value).get_double().get(*result) == SUCCESS; }

bool loam_json_boolean(LoamJSONValue value, bool *result) { return element(value).get_bool().get(*result) == SUCCESS; }

bool loam_json_string(LoamJSONValue value, const char **bytes, size_t *count) {
  std::string_view text;
  if (element(value).get_string().get(text) != SUCCESS) return false;
  *bytes = text.data();
  *count = text.size();
  return true;
}

bool loam_json_member(LoamJSONValue object, const char *name, size_t count, LoamJSONValue *result) {
  dom::object members;
  dom::element found;
  if (element(object).get_object().get(members) != SUCCESS) return false;
  if (members.at_key(std::string_view(name, count)).get(found) != SUCCESS) return false;
  *result = plain(found);
  return true;
}

bool loam_json_begin(LoamJSONValue container, LoamJSONCursor *cursor) {
  dom::array array;
  dom::object object;
  cursor->isObject = false;
  if (element(container).get_array().get(array) == SUCCESS) {
    store(array.begin(), cursor->current);
    store(array.end(), cursor->end);
    return true;
  }
  if (element(container).get_object().get(object) != SUCCESS) return false;
  cursor->isObject = true;
  store(object.begin(), cursor->current);
  store(object.end(), cursor->end);
  return true;
}

bool loam_json_next(LoamJSONCursor *cursor, LoamJSONValue *value) {
  return cursor->isObject ? next<dom::object::iterator>(cursor, value) : next<dom::array::iterator>(cursor, value);
}

bool loam_json_next_member(LoamJSONCursor *cursor, const char **name, size_t *count, LoamJSONValue *value) {
  dom::object::iterator current = load<dom::object::iterator>(cursor->current);
  if (!cursor->isObject || !(current != load<dom::object::iterator>(cursor->end))) return false;
  std::string_view key = current.key();
  *name = key.data();
  *count = key.size();
  return next<dom::object::iterator>(cursor, value);
}
}
