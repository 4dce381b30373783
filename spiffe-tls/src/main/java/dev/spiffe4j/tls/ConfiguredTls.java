package dev.spiffe4j.tls;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509ContextSource;
import java.lang.reflect.InvocationTargetException;
import java.security.Security;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one TLS of a process in which others make objects of ours by class name, and so cannot be
 * given one. Made at the first use; tried again at the next one if that failed. Thread-safe.
 */
public final class ConfiguredTls {
  /** Security property, system property, or environment variable in upper case. */
  static final String ACCEPT = "spiffe4j.tls.accept";

  static final String SOURCE = "spiffe4j.tls.source";

  private static final String WORKLOAD_API = "dev.spiffe4j.workloadapi.X509Source";
  private static final String ANY = "/*";

  /** Shared, because frameworks make a new object for every connection. */
  private static final ConfiguredTls PROCESS = new ConfiguredTls(ConfiguredTls::setting);

  private final UnaryOperator<@Nullable String> settings;
  private final Object lock = new Object();
  private @Nullable SpiffeTls tls;

  ConfiguredTls(UnaryOperator<@Nullable String> settings) {
    this.settings = settings;
  }

  /**
   * What properties and environment of the process configure, as {@link SpiffeProvider} says.
   *
   * @return always the same
   */
  public static ConfiguredTls ofProcess() {
    return PROCESS;
  }

  private static @Nullable String setting(@Nullable String name) {
    String key = String.valueOf(name);
    return Stream.of(
            Optional.ofNullable(Security.getProperty(key)),
            Optional.ofNullable(System.getProperty(key)),
            Optional.ofNullable(System.getenv(key.replace('.', '_').toUpperCase(Locale.ROOT))))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(null);
  }

  /**
   * The TLS. Connects its source if nobody has yet.
   *
   * @return always the same
   * @throws IllegalStateException if the configuration says not whom to accept, or has no source
   * @throws dev.spiffe4j.SpiffeException if the configuration has what is no SPIFFE ID
   */
  public SpiffeTls get() {
    synchronized (lock) {
      SpiffeTls known = tls;
      if (known == null) {
        // Whom to accept comes first: without it nothing is even connected.
        Authorizer authorizer = authorizer(settings.apply(ACCEPT));
        known = SpiffeTls.builder(source(settings.apply(SOURCE)), authorizer).build();
        tls = known;
      }
      return known;
    }
  }

  private static Authorizer authorizer(@Nullable String accept) {
    return Arrays.stream(accept == null ? new String[0] : accept.split(",", -1))
        .map(String::strip)
        .map(ConfiguredTls::entry)
        .reduce(Authorizer::or)
        .orElseThrow(
            () -> new IllegalStateException(ACCEPT + " is not set (expected: SPIFFE IDs)"));
  }

  private static Authorizer entry(String entry) {
    if (!entry.endsWith(ANY)) {
      return Authorizer.exactly(SpiffeId.parse(entry));
    }
    SpiffeId under = SpiffeId.parse(entry.substring(0, entry.length() - ANY.length()));
    return under.path().isEmpty()
        ? Authorizer.memberOf(under.trustDomain())
        : Authorizer.under(under.trustDomain(), under.path().substring(1).split("/", -1));
  }

  private static X509ContextSource source(@Nullable String className) {
    String name = className == null ? WORKLOAD_API : className;
    try {
      Object source = Class.forName(name).getMethod("connect").invoke(null);
      if (source instanceof X509ContextSource x509) {
        return x509;
      }
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(name + ".connect() failed", e.getCause());
    } catch (ReflectiveOperationException | NullPointerException e) {
      throw new IllegalStateException(name + " has no static connect()", e);
    }
    throw new IllegalStateException(name + ".connect() is not an X509ContextSource");
  }
}
