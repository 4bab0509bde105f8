/// Tenants in the demo.
@NullMarked
package dev.drover.opensearch.demo;

import org.jspecify.annotations.NullMarked;
