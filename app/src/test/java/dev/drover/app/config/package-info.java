@NullMarked
package dev.drover.app.config;

import org.jspecify.annotations.NullMarked;
