/** Meters of live sources, for who has Micrometer, which is not brought along. */
package dev.spiffe4j.workloadapi.micrometer;
