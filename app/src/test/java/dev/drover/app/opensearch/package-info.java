@NullMarked
package dev.drover.app.opensearch;

import org.jspecify.annotations.NullMarked;
