package dev.spiffe4j.tls;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** What key managers of one TLS have in common. */
record KeyManagers(
    InstantSource clock,
    SvidPicker picker,
    ConnectionRules rules,
    TlsTrace trace,
    @Nullable X509ExtendedKeyManager web) {
  X509ExtendedKeyManager of(X509ContextSource source) {
    return web != null ? web : new SvidKeyManager(source, clock, picker, rules, trace);
  }

  Optional<X509Svid> pick(X509Context context) {
    return web != null
        ? Optional.empty()
        : picker.pick(context.svids()).filter(svid -> !clock.instant().isAfter(svid.expiresAt()));
  }

  TlsGeneration generation(X509Context context) {
    return new TlsGeneration(context, of(() -> context), web == null);
  }
}
