/** A Workload API as an extension of JUnit 5; needs {@code junit-jupiter-api}. */
package dev.spiffe4j.testing.junit;
