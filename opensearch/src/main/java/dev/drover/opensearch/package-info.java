/// The engine `opensearch`: tenants on OpenSearch clusters.
@NullMarked
package dev.drover.opensearch;

import org.jspecify.annotations.NullMarked;
