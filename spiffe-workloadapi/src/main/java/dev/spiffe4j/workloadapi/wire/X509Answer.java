package dev.spiffe4j.workloadapi.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An X509SVIDResponse, read field by field. The generated class sets up descriptors of the whole
 * API first, which is a good part of the time that a process needs to its first SVID.
 *
 * @param svids the SVIDs
 * @param crls revocation lists in DER
 * @param federatedBundles authorities of foreign trust domains in DER, by what names the domain
 */
public record X509Answer(
    List<Svid> svids, List<ByteString> crls, Map<String, ByteString> federatedBundles) {
  /** Of a message in a message, so that both together are as deep as the generated class allows. */
  private static final int NESTED_DEPTH = 99;

  private static final int SVIDS = 0x0a;
  private static final int CRL = 0x12;
  private static final int FEDERATED_BUNDLES = 0x1a;
  private static final int MAP_KEY = 0x0a;
  private static final int MAP_VALUE = 0x12;

  /**
   * One SVID; what the message leaves out is empty.
   *
   * @param spiffeId whose it is
   * @param chain certificates in DER
   * @param key PKCS#8
   * @param bundle authorities of its trust domain in DER
   * @param hint what for
   */
  public record Svid(
      String spiffeId, ByteString chain, ByteString key, ByteString bundle, String hint) {
    private static final int SPIFFE_ID = 0x0a;
    private static final int CHAIN = 0x12;
    private static final int KEY = 0x1a;
    private static final int BUNDLE = 0x22;
    private static final int HINT = 0x2a;

    private static Svid parse(CodedInputStream input) throws IOException {
      String spiffeId = "";
      ByteString chain = ByteString.EMPTY;
      ByteString key = ByteString.EMPTY;
      ByteString bundle = ByteString.EMPTY;
      String hint = "";
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        switch (tag) {
          case SPIFFE_ID -> spiffeId = input.readStringRequireUtf8();
          case CHAIN -> chain = input.readBytes();
          case KEY -> key = input.readBytes();
          case BUNDLE -> bundle = input.readBytes();
          case HINT -> hint = input.readStringRequireUtf8();
          default -> skip(input, tag);
        }
      }
      return new Svid(spiffeId, chain, key, bundle, hint);
    }

    /** Without the key. */
    @Override
    public String toString() {
      return "Svid[" + spiffeId + "]";
    }
  }

  /**
   * Reads it.
   *
   * @param message the bytes of the message
   * @return what is in it
   * @throws IOException if it is none
   */
  public static X509Answer parse(byte[] message) throws IOException {
    List<Svid> svids = new ArrayList<>();
    List<ByteString> crls = new ArrayList<>();
    Map<String, ByteString> bundles = new LinkedHashMap<>();
    CodedInputStream input = CodedInputStream.newInstance(message);
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (tag) {
        case SVIDS -> svids.add(Svid.parse(nested(input)));
        case CRL -> crls.add(input.readBytes());
        case FEDERATED_BUNDLES -> addBundle(bundles, nested(input));
        default -> skip(input, tag);
      }
    }
    return new X509Answer(svids, crls, bundles);
  }

  private static void addBundle(Map<String, ByteString> bundles, CodedInputStream input)
      throws IOException {
    String key = "";
    ByteString value = ByteString.EMPTY;
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (tag) {
        case MAP_KEY -> key = input.readStringRequireUtf8();
        case MAP_VALUE -> value = input.readBytes();
        default -> skip(input, tag);
      }
    }
    bundles.put(key, value);
  }

  private static CodedInputStream nested(CodedInputStream input) throws IOException {
    CodedInputStream nested = CodedInputStream.newInstance(input.readByteArray());
    nested.setRecursionLimit(NESTED_DEPTH);
    return nested;
  }

  /** A field of a later version, or a known one of another type. */
  private static void skip(CodedInputStream input, int tag) throws IOException {
    if (!input.skipField(tag)) {
      throw new InvalidProtocolBufferException("end of a group that has not begun");
    }
  }
}
