package dev.spiffe4j.workloadapi;

import io.netty.util.internal.PlatformDependent;
import java.lang.reflect.Method;

/**
 * Whether Netty may load a native library without a warning. The JDK prints one from version 24 on,
 * for who is not named by {@code --enable-native-access} (JEP 472), and a client that works without
 * native code must not be the cause of it.
 */
final class NativeAccess {
  private static final int FIRST_TO_WARN = 24;

  private NativeAccess() {}

  static boolean isQuiet() {
    return Runtime.version().feature() < FIRST_TO_WARN || isEnabled(netty());
  }

  /** The module that loads Netty's libraries; without a name on the class path. */
  private static Module netty() {
    return PlatformDependent.class.getModule();
  }

  private static boolean isEnabled(Module module) {
    try {
      // Of Java 22; this is compiled for 17.
      Method asked = Module.class.getMethod("isNativeAccessEnabled");
      return (Boolean) asked.invoke(module);
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
