/** DER for the modules of this project; not an API. */
package dev.spiffe4j.der;
