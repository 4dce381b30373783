package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What wraps an engine or a socket has no method of a later JDK to itself")
class ForwardingTest {
  /** Those of the JDK do nothing but call the ones that take several buffers. */
  private static final Set<String> BY_OTHERS = Set.of("wrap", "unwrap");

  @Test
  void anEngineForwardsAll() {
    assertThat(notOverridden(SSLEngine.class, VerifyingEngine.class))
        .allMatch(method -> BY_OTHERS.contains(method.getName()));
  }

  @Test
  void aSocketForwardsAll() {
    assertThat(notOverridden(SSLSocket.class, VerifyingSocket.class)).isEmpty();
  }

  private static Stream<Method> notOverridden(Class<?> type, Class<?> ours) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getDeclaringClass() != Object.class)
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !Modifier.isFinal(method.getModifiers()))
        .filter(method -> !isOfThisLibrary(ours, method));
  }

  private static boolean isOfThisLibrary(Class<?> ours, Method method) {
    try {
      return ours.getMethod(method.getName(), method.getParameterTypes())
          .getDeclaringClass()
          .getName()
          .startsWith("dev.spiffe4j.");
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
