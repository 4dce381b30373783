package dev.spiffe4j.workloadapi.wire;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims as a protobuf struct, and back. Numbers are doubles there. */
public final class ClaimsStruct {
  private static final double MAX_EXACT = 1L << 53;

  private ClaimsStruct() {}

  public static Struct encode(Map<?, ?> claims) {
    Struct.Builder struct = Struct.newBuilder();
    claims.forEach((name, value) -> struct.putFields(String.valueOf(name), encodeValue(value)));
    return struct.build();
  }

  private static Value encodeValue(@Nullable Object value) {
    Value.Builder encoded = Value.newBuilder();
    if (value == null) {
      return encoded.setNullValue(NullValue.NULL_VALUE).build();
    } else if (value instanceof Boolean bool) {
      return encoded.setBoolValue(bool).build();
    } else if (value instanceof Number number) {
      return encoded.setNumberValue(number.doubleValue()).build();
    } else if (value instanceof Map<?, ?> map) {
      return encoded.setStructValue(encode(map)).build();
    } else if (value instanceof Iterable<?> list) {
      ListValue.Builder values = ListValue.newBuilder();
      list.forEach(element -> values.addValues(encodeValue(element)));
      return encoded.setListValue(values).build();
    }
    return encoded.setStringValue(value.toString()).build();
  }

  public static Map<String, Object> decode(Struct struct) {
    Map<String, Object> claims = new LinkedHashMap<>();
    struct
        .getFieldsMap()
        .forEach(
            (name, value) -> {
              Object decoded = decodeValue(value);
              if (decoded != null) {
                claims.put(name, decoded);
              }
            });
    return Collections.unmodifiableMap(claims);
  }

  private static @Nullable Object decodeValue(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case NUMBER_VALUE -> decodeNumber(value.getNumberValue());
      case STRUCT_VALUE -> decode(value.getStructValue());
      case LIST_VALUE -> decodeList(value.getListValue());
      case NULL_VALUE, KIND_NOT_SET -> null;
    };
  }

  /** A whole number that a double holds exactly is a long again. */
  private static Number decodeNumber(double number) {
    if (number == Math.rint(number) && Math.abs(number) <= MAX_EXACT) {
      return (long) number;
    }
    return number;
  }

  private static List<Object> decodeList(ListValue list) {
    List<Object> values = new ArrayList<>();
    for (Value value : list.getValuesList()) {
      Object decoded = decodeValue(value);
      if (decoded != null) {
        values.add(decoded);
      }
    }
    return Collections.unmodifiableList(values);
  }
}
