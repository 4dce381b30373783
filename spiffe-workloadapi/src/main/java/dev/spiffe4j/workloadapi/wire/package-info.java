/** What client and server of the Workload API share on the wire and below it. Not exported. */
package dev.spiffe4j.workloadapi.wire;
