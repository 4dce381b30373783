package dev.spiffe4j.tls.matrix;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.UncheckedSvid;
import dev.spiffe4j.tls.ClientCertificate;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.SpiffeTlsBuilder;
import dev.spiffe4j.tls.SvidPicker;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

/** What is on our side of a connection. */
enum Mode {
  SERVER(true),
  CLIENT(false),
  /** Asks no client who it is. */
  DEAF_SERVER(true),
  /** Presents nothing. */
  MUTE_CLIENT(false),
  /** Has a certificate of the Web PKI, for clients that have SVIDs. */
  WEB_SERVER(true),
  /** Has an SVID, for servers of the Web PKI. */
  WEB_CLIENT(false);

  private final boolean server;

  Mode(boolean server) {
    this.server = server;
  }

  boolean isServer() {
    return server;
  }

  /** How many certificates it shows to a peer that asks. */
  int certificates() {
    return this == MUTE_CLIENT ? 0 : 1;
  }

  SpiffeTlsBuilder ours(Flaw.World world) {
    MutableX509Source source =
        MutableX509Source.of(
            X509Context.of(
                List.of(world.domain.issue("/ours")),
                List.of(world.domain.bundle(), world.other.bundle())));
    Authorizer authorizer = Authorizer.exactly(world.domain.id(Flaw.World.PEER));
    return switch (this) {
      case SERVER, CLIENT -> SpiffeTls.builder(source, authorizer);
      case DEAF_SERVER ->
          SpiffeTls.builder(source, authorizer).clientCertificate(ClientCertificate.NONE);
      case MUTE_CLIENT -> SpiffeTls.builder(source, authorizer).picker(SvidPicker.none());
      case WEB_SERVER ->
          SpiffeTls.webPkiServer(source, authorizer, new FixedKeyManager(Flaw.NONE.website(world)));
      case WEB_CLIENT -> SpiffeTls.webPkiClient(source, authorities(world));
    };
  }

  private static KeyStore authorities(Flaw.World world) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("web", world.web.authority());
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What a peer with a flaw presents to it. */
  UncheckedSvid presented(Flaw flaw, Flaw.World world) {
    return this == WEB_CLIENT ? flaw.website(world) : flaw.svid(world);
  }
}
