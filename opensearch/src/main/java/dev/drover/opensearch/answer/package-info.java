/// What a home answers, as a tenant's clients are shown it.
@NullMarked
package dev.drover.opensearch.answer;

import org.jspecify.annotations.NullMarked;
