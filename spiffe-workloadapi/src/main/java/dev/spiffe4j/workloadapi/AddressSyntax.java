package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Reading of Workload Endpoint §4, character by character: URI libraries differ on authorities,
 * empty parts and escapes. Resolves no names.
 */
final class AddressSyntax {
  private static final String UNRESERVED =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  private static final String SUB_DELIMS = "!$&'()*+,;=";
  private static final String IN_PATH = UNRESERVED + SUB_DELIMS + ":@/";
  private static final String IN_URI = IN_PATH + "?#[]%";
  private static final int MAX_LENGTH = 2048;
  private static final int SHOWN = 64;

  private final String text;

  private AddressSyntax(String text) {
    this.text = text;
  }

  static WorkloadApiAddress parse(String text) {
    return new AddressSyntax(text).parse();
  }

  private WorkloadApiAddress parse() {
    if (text.isBlank()) {
      throw bad("is empty");
    }
    if (text.length() > MAX_LENGTH) {
      throw bad("is longer than " + MAX_LENGTH + " characters");
    }
    for (int i = 0; i < text.length(); i++) {
      if (IN_URI.indexOf(text.charAt(i)) < 0) {
        throw bad("has a character at " + i + " that a URI does not have");
      }
    }
    if (text.startsWith("/")) {
      throw bad("has no scheme (expected: unix://" + text + ")");
    }
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    // RFC 3986 §3.1: a scheme is read without regard to case.
    if (isScheme(scheme, "unix")) {
      return parseUnix(rest);
    }
    if (isScheme(scheme, "tcp")) {
      return parseTcp(rest);
    }
    throw bad("has another scheme (expected: unix or tcp)");
  }

  private static boolean isScheme(String scheme, String expected) {
    if (scheme.length() != expected.length()) {
      return false;
    }
    for (int i = 0; i < scheme.length(); i++) {
      char c = scheme.charAt(i);
      char lower = c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
      if (lower != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** §4: scheme and absolute path, no authority, nothing after. */
  private WorkloadApiAddress parseUnix(String rest) {
    refuseQueryAndFragment(rest);
    String path = rest;
    if (rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      if (!authority.isEmpty()) {
        throw bad("has an authority before its path (expected: unix:///path)");
      }
      path = rest.substring(2);
    }
    if (path.isEmpty() || path.equals("/")) {
      throw bad("has no socket path (expected: unix:///path)");
    }
    if (!path.startsWith("/")) {
      throw bad("has a relative path (expected: unix:///path)");
    }
    if (path.endsWith("/")) {
      throw bad("has a path that ends in a slash");
    }
    return WorkloadApiAddress.of(Path.of(decode(path)));
  }

  /** §4: scheme, IP address and port, nothing else. */
  private WorkloadApiAddress parseTcp(String rest) {
    if (!rest.startsWith("//")) {
      throw bad("has no host (expected: tcp://IP:port)");
    }
    if (rest.indexOf('@') >= 0) {
      // The text is not shown: it may be a password.
      throw new WorkloadApiException(
          Reason.BAD_ADDRESS, "Workload API address has user information");
    }
    refuseQueryAndFragment(rest);
    String hostAndPort = rest.substring(2);
    if (hostAndPort.indexOf('/') >= 0) {
      throw bad("has a path (expected: tcp://IP:port)");
    }
    int hostEnd =
        hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : hostAndPort.indexOf(':');
    if (hostEnd < 0) {
      throw bad("has no port (expected: tcp://IP:port)");
    }
    String host = hostAndPort.substring(0, hostEnd);
    InetAddress address = parseIp(host);
    return WorkloadApiAddress.of(
        host, new InetSocketAddress(address, parsePort(hostAndPort.substring(hostEnd))));
  }

  private void refuseQueryAndFragment(String rest) {
    if (rest.indexOf('?') >= 0) {
      throw bad("has a query");
    }
    if (rest.indexOf('#') >= 0) {
      throw bad("has a fragment");
    }
  }

  private InetAddress parseIp(String host) {
    if (host.isEmpty()) {
      throw bad("has no host (expected: tcp://IP:port)");
    }
    boolean isBracketed = host.startsWith("[");
    String ip = isBracketed ? host.substring(1, host.length() - 1) : host;
    boolean isLiteral = isBracketed ? isIpv6Text(ip) : isIpv4(ip);
    if (!isLiteral) {
      throw bad("has a host that is not an IP address");
    }
    try {
      return InetAddress.getByName(ip);
    } catch (UnknownHostException e) {
      throw bad("has a host that is not an IP address");
    }
  }

  /** What has a colon is never looked up as a name. */
  private static boolean isIpv6Text(String ip) {
    return ip.indexOf(':') >= 0
        && ip.chars().allMatch(c -> "0123456789abcdefABCDEF:.".indexOf(c) >= 0);
  }

  private static boolean isIpv4(String ip) {
    String[] parts = ip.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (!isNumber(part, 3) || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  private int parsePort(String text) {
    String port = text.startsWith(":") ? text.substring(1) : "";
    if (port.isEmpty()) {
      throw bad("has no port (expected: tcp://IP:port)");
    }
    if (!isNumber(port, 5) || Integer.parseInt(port) > 65535 || port.equals("0")) {
      throw bad("has a bad port (expected: 1 to 65535)");
    }
    return Integer.parseInt(port);
  }

  /** Digits without a leading zero, which some read as octal. */
  private static boolean isNumber(String text, int maxLength) {
    return !text.isEmpty()
        && text.length() <= maxLength
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && (text.length() == 1 || text.charAt(0) != '0');
  }

  private String decode(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      if (i + 2 >= path.length() || !isHex(path.charAt(i + 1)) || !isHex(path.charAt(i + 2))) {
        throw bad("has a broken % escape");
      }
      bytes.write(HexFormat.fromHexDigits(path, i + 1, i + 3));
      i += 2;
    }
    try {
      String decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      if (decoded.indexOf('\0') >= 0) {
        throw bad("has a NUL in its path");
      }
      return decoded;
    } catch (CharacterCodingException e) {
      throw bad("has a path that is not UTF-8");
    }
  }

  private static boolean isHex(char c) {
    return HexFormat.isHexDigit(c);
  }

  /** A path as it is in a URI. */
  static String encode(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (IN_PATH.indexOf((char) b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  private WorkloadApiException bad(String problem) {
    return new WorkloadApiException(
        Reason.BAD_ADDRESS, "Workload API address '" + printable() + "' " + problem);
  }

  /** Cut and escaped, and without what may be a password. */
  private String printable() {
    StringBuilder out = new StringBuilder();
    int at = text.lastIndexOf('@');
    String shown = text.contains("//") && at >= 0 ? "..." + text.substring(at) : text;
    shown.chars().limit(SHOWN).forEach(c -> out.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return shown.length() > SHOWN ? out.append("...").toString() : out.toString();
  }
}
