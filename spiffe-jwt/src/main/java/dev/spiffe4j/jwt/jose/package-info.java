/** What JWT-SVIDs and WIT-SVIDs share: strict JSON, keys and signatures of JOSE. Not exported. */
package dev.spiffe4j.jwt.jose;
