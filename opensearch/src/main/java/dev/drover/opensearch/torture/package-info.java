/// Tenants under torture.
@NullMarked
package dev.drover.opensearch.torture;

import org.jspecify.annotations.NullMarked;
