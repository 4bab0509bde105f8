@NullMarked
package dev.drover.app.client;

import org.jspecify.annotations.NullMarked;
