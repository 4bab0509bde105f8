/// The one configuration file that server, gateways and CLI share: read with the line of every
/// value, checked whole, and told about whole.
@NullMarked
package dev.drover.app.config;

import org.jspecify.annotations.NullMarked;
