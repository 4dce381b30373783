package dev.spiffe4j.workloadapi.wire;

import io.grpc.Metadata;

/**
 * The header that the Workload Endpoint §3 asks for: no browser sends it to whomever a page names.
 */
public final class SecurityHeader {
  public static final String NAME = "workload.spiffe.io";
  public static final String VALUE = "true";
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of(NAME, Metadata.ASCII_STRING_MARSHALLER);

  private SecurityHeader() {}
}
