package dev.spiffe4j;

import dev.spiffe4j.GeneralName.Kind;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.der.DerReader;
import dev.spiffe4j.der.DerWriter;
import java.util.Arrays;
import javax.security.auth.x500.X500Principal;

/** One subtree of a name constraints extension (RFC 5280 §4.2.1.10). Malformed ones throw. */
final class NameSubtree {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private final GeneralName base;

  private NameSubtree(GeneralName base) {
    this.base = base;
  }

  static NameSubtree of(GeneralName base) {
    switch (base.kind()) {
      case DNS -> requireHost(base.text(), base.text());
      case URI -> requireHost(withoutLeadingDot(base.text()), base.text());
      case EMAIL -> requireMailbox(base.text());
      case IP -> requireRange(base.content());
      case DIRECTORY -> principal(base.content());
      default -> {
        // Kinds that are not compared: see canCompare.
      }
    }
    return new NameSubtree(base);
  }

  Kind kind() {
    return base.kind();
  }

  /** Whether names of this kind can be compared at all; if not, their presence refuses. */
  static boolean canCompare(Kind kind) {
    return switch (kind) {
      case DNS, URI, EMAIL, IP, DIRECTORY -> true;
      case OTHER, X400, EDI_PARTY, REGISTERED_ID -> false;
    };
  }

  /** Whether a name of this subtree's kind lies wholly in it. */
  boolean contains(GeneralName name) {
    return switch (base.kind()) {
      case DNS ->
          HostNames.isWithin(HostNames.fold(name.text()), HostNames.fold(base.text()))
              || base.text().isEmpty();
      case URI -> containsHost(uriHost(name.text()), HostNames.fold(base.text()));
      case EMAIL -> containsMailbox(name.text(), base.text());
      case IP -> containsAddress(name.content(), base.content());
      case DIRECTORY -> containsDirectory(principal(name.content()), principal(base.content()));
      default -> false;
    };
  }

  /** Whether a name lies in this subtree in part or whole: a wildcard may expand into it. */
  boolean touches(GeneralName name) {
    if (contains(name)) {
      return true;
    }
    if (base.kind() != Kind.DNS || !name.text().startsWith("*.")) {
      return false;
    }
    return HostNames.isWithin(
        HostNames.fold(base.text()), HostNames.fold(name.text().substring(2)));
  }

  /** The host of a URI; a URI without one cannot be held to a host constraint. */
  private static String uriHost(String uri) {
    int slashes = uri.indexOf("://");
    if (slashes < 0) {
      throw malformed("URI without a host");
    }
    int from = slashes + 3;
    int to = from;
    while (to < uri.length() && "/?#".indexOf(uri.charAt(to)) < 0) {
      to++;
    }
    String authority = uri.substring(from, to);
    String afterUser = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = afterUser.indexOf(':');
    String host = colon < 0 ? afterUser : afterUser.substring(0, colon);
    if (!HostNames.isHost(host)) {
      throw malformed("URI without a host name");
    }
    return HostNames.fold(host);
  }

  /** A leading dot asks for one label more; without it the host itself is meant. */
  private static boolean containsHost(String host, String constraint) {
    return constraint.startsWith(".") ? host.endsWith(constraint) : host.equals(constraint);
  }

  private static boolean containsMailbox(String mailbox, String constraint) {
    int at = mailbox.lastIndexOf('@');
    if (at <= 0 || mailbox.indexOf('@') != at || !HostNames.isHost(mailbox.substring(at + 1))) {
      throw malformed("email address that is not a name at a host");
    }
    String host = HostNames.fold(mailbox.substring(at + 1));
    int constraintAt = constraint.lastIndexOf('@');
    if (constraintAt < 0) {
      return containsHost(host, HostNames.fold(constraint));
    }
    return host.equals(HostNames.fold(constraint.substring(constraintAt + 1)))
        && mailbox.substring(0, at).equals(constraint.substring(0, constraintAt));
  }

  private static boolean containsAddress(byte[] address, byte[] range) {
    if (address.length != IPV4_BYTES && address.length != IPV6_BYTES) {
      throw malformed("IP address of " + address.length + " bytes");
    }
    int length = range.length / 2;
    if (address.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (((address[i] ^ range[i]) & range[length + i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the RDNs of a constraint begin those of a name. */
  private static boolean containsDirectory(X500Principal name, X500Principal constraint) {
    byte[] encoded = name.getEncoded();
    int count = count(constraint);
    DerReader rdns = new DerReader(encoded).readContent(DerReader.SEQUENCE);
    int headerLength = encoded.length - rdns.remaining().length;
    for (int i = 0; i < count; i++) {
      if (!rdns.hasMore()) {
        return false;
      }
      rdns.readElement();
    }
    int end = encoded.length - rdns.remaining().length;
    byte[] prefix = Arrays.copyOfRange(encoded, headerLength, end);
    return new X500Principal(DerWriter.sequence(prefix)).equals(constraint);
  }

  private static int count(X500Principal name) {
    DerReader rdns = new DerReader(name.getEncoded()).readContent(DerReader.SEQUENCE);
    int count = 0;
    while (rdns.hasMore()) {
      rdns.readElement();
      count++;
    }
    return count;
  }

  private static X500Principal principal(byte[] name) {
    try {
      return new X500Principal(name);
    } catch (IllegalArgumentException e) {
      throw malformed("directory name");
    }
  }

  private static String withoutLeadingDot(String text) {
    return text.startsWith(".") ? text.substring(1) : text;
  }

  private static void requireHost(String host, String whole) {
    if (!HostNames.isHost(host) && !whole.isEmpty()) {
      throw malformed("name constraint that is no host name");
    }
  }

  private static void requireMailbox(String text) {
    int at = text.lastIndexOf('@');
    String host = at < 0 ? withoutLeadingDot(text) : text.substring(at + 1);
    if (at == 0 || !HostNames.isHost(host)) {
      throw malformed("name constraint that is no email address, host or domain");
    }
  }

  private static void requireRange(byte[] range) {
    if (range.length != 2 * IPV4_BYTES && range.length != 2 * IPV6_BYTES) {
      throw malformed("IP range of " + range.length + " bytes");
    }
    // RFC 4632 §3.1: a mask is ones and then zeros.
    boolean ended = false;
    for (int i = range.length / 2; i < range.length; i++) {
      for (int bit = 7; bit >= 0; bit--) {
        boolean one = (range[i] >> bit & 1) == 1;
        if (one && ended) {
          throw malformed("IP range whose mask is not a prefix");
        }
        ended = ended || !one;
      }
    }
  }

  private static InvalidDocumentException malformed(String what) {
    return new InvalidDocumentException(Reason.MALFORMED, what);
  }
}
