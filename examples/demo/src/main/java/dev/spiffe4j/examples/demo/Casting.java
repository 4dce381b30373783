package dev.spiffe4j.examples.demo;

import dev.spiffe4j.attest.Selector;
import java.util.List;

/**
 * How two processes of the demo are made to differ in what the kernel sees of them. What they call
 * themselves is up to them, and so proves nothing.
 */
interface Casting {
  /** What tells the roles apart, in words. */
  String means();

  /** What the kernel sees of a process in a role, and of no other. */
  Selector selector(String role);

  /** The command that runs Java in a role. */
  List<String> command(String role, List<String> javaArguments);

  /**
   * A command that gives its process the argument list of one in the role, while the kernel sees
   * somebody else.
   */
  List<String> impostor(String role, List<String> javaArguments);
}
