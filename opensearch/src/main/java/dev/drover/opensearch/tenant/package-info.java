/// What a tenant is, and how its indices and documents are called at a home.
@NullMarked
package dev.drover.opensearch.tenant;

import org.jspecify.annotations.NullMarked;
