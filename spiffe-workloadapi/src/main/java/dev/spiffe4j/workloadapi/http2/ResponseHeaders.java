package dev.spiffe4j.workloadapi.http2;

import dev.spiffe4j.workloadapi.http2.HeaderTable.Field;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a server says before and after its messages: one block of fields. */
final class ResponseHeaders implements HpackDecoder.Handler {
  /**
   * What the fields may take after they are decoded, as other implementations of gRPC have it; what
   * comes after is not kept.
   */
  static final int MAX_SIZE = 8192;

  private static final String STATUS = ":status";
  private static final String CONTENT_TYPE = "content-type";
  private static final String GRPC = "application/grpc";
  private static final String GRPC_STATUS = "grpc-status";
  private static final String GRPC_MESSAGE = "grpc-message";
  private static final String GRPC_ENCODING = "grpc-encoding";

  /** §8.2.2. */
  private static final Set<String> OF_HTTP_1 =
      Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

  private final Map<String, String> fields = new HashMap<>();
  private int size;
  private boolean hasRegular;
  private @Nullable String problem;

  @Override
  public void onField(Field field) {
    size += field.size();
    if (problem != null || !isKept(field)) {
      return;
    }
    problem = problemOf(field);
    if (problem == null) {
      fields.put(field.name(), field.value());
    }
  }

  /**
   * Somebody's words may be too many. How the call went is not lost for that; all else is not even
   * looked at, since a byte can stand for a field of kilobytes.
   */
  private boolean isKept(Field field) {
    return size <= MAX_SIZE || (field.name().equals(GRPC_STATUS) && !hasStatus());
  }

  /**
   * RFC 9113 §8.2 and §8.3: what makes a response malformed. Spaces around a value do not, though
   * they should: servers of gRPC send them where somebody's words end in one.
   */
  private @Nullable String problemOf(Field field) {
    String name = field.name();
    if (!isName(name)) {
      return "header with a name that none can have";
    }
    if (!isValue(field.value())) {
      return "header " + name + " with a value that none can have";
    }
    if (OF_HTTP_1.contains(name)) {
      return "header " + name + ", which is of HTTP/1.1";
    }
    if (name.charAt(0) != ':') {
      hasRegular = true;
      return null;
    }
    boolean isRight = name.equals(STATUS) && !hasRegular && !fields.containsKey(STATUS);
    return isRight ? null : "header " + name + " where there can be none";
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7f || (c >= 'A' && c <= 'Z') || (c == ':' && i > 0)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isValue(String value) {
    return value.indexOf('\0') < 0 && value.indexOf('\r') < 0 && value.indexOf('\n') < 0;
  }

  /** What is wrong with them as fields of HTTP, or null. */
  @Nullable String problem() {
    return problem;
  }

  /** §8.1: whether more headers will come before the answer. */
  boolean isInformational() {
    String status = fields.get(STATUS);
    return status != null && status.length() == 3 && status.charAt(0) == '1';
  }

  /** Of headers that begin an answer: why it is none of gRPC, or null. */
  @Nullable Status refusal() {
    String status = fields.get(STATUS);
    if (status == null) {
      return broken("answer without a status of HTTP");
    }
    if (!status.equals("200")) {
      return ofHttp(status);
    }
    String type = fields.get(CONTENT_TYPE);
    if (type == null || !isGrpc(type)) {
      return broken("answer of another type than " + GRPC);
    }
    String encoding = fields.get(GRPC_ENCODING);
    if (encoding != null && !encoding.equals("identity")) {
      return broken("answer that is compressed");
    }
    return null;
  }

  private static boolean isGrpc(String type) {
    return type.regionMatches(true, 0, GRPC, 0, GRPC.length())
        && (type.length() == GRPC.length() || "+;".indexOf(type.charAt(GRPC.length())) >= 0);
  }

  /** As gRPC has it for those who answer before a server of gRPC does. */
  private static Status ofHttp(String status) {
    Status grpc =
        switch (status) {
          case "400" -> Status.INTERNAL;
          case "401" -> Status.UNAUTHENTICATED;
          case "403" -> Status.PERMISSION_DENIED;
          case "404" -> Status.UNIMPLEMENTED;
          case "429", "502", "503", "504" -> Status.UNAVAILABLE;
          default -> Status.UNKNOWN;
        };
    return grpc.withDescription("HTTP status " + status);
  }

  /** Of the headers that end an answer: how the call went. */
  Status status() {
    String code = fields.get(GRPC_STATUS);
    if (code == null) {
      return broken("answer without a status");
    }
    Status status = Status.fromCodeValue(number(code));
    String message = fields.get(GRPC_MESSAGE);
    return message == null ? status : status.withDescription(percentDecode(message));
  }

  /** Whether they say how the call went. */
  boolean hasStatus() {
    return fields.containsKey(GRPC_STATUS);
  }

  /** Whether they can begin an answer, and not end one (§8.1). */
  boolean hasHttpStatus() {
    return fields.containsKey(STATUS);
  }

  private static int number(String code) {
    try {
      return Integer.parseInt(code);
    } catch (NumberFormatException e) {
      return Status.Code.UNKNOWN.value();
    }
  }

  /** What is not coded as it should be stays as it is. */
  private static String percentDecode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      int coded = text.charAt(i) == '%' && i + 2 < text.length() ? hex(text, i + 1) : -1;
      bytes.write(coded >= 0 ? coded : text.charAt(i));
      i += coded >= 0 ? 2 : 0;
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int hex(String text, int start) {
    int high = Character.digit(text.charAt(start), 16);
    int low = Character.digit(text.charAt(start + 1), 16);
    return high < 0 || low < 0 ? -1 : (high << 4) | low;
  }

  static Status broken(String why) {
    return broken(Http2Exception.protocol(why));
  }

  static Status broken(Http2Exception why) {
    return Status.INTERNAL.withDescription(why.getMessage()).withCause(why);
  }
}
