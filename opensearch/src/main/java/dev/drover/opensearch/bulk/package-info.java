/// `_bulk` bodies, item by item, while they come.
@NullMarked
package dev.drover.opensearch.bulk;

import org.jspecify.annotations.NullMarked;
