/// Which requests a tenant's clients may send, and what becomes of them before they reach a
/// cluster. Everything here is pure: it neither reads a clock nor talks to anybody.
@NullMarked
package dev.drover.opensearch.rewrite;

import org.jspecify.annotations.NullMarked;
