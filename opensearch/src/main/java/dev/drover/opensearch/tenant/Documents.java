package dev.drover.opensearch.tenant;

import java.util.Optional;

/// How one tenant's documents are called at one home, and how what the home says of them is shown
/// to the tenant's clients.
///
/// At a shared index a document's id there is `TENANT:ID`, and its routing is the tenant's name. A
/// tenant's name holds no `:`, so two tenants never have the same id there, whatever their clients
/// call their documents. Where a field of each document holds its tenant's name, documents have no
/// routing. Elsewhere ids and routings are the clients' own.
///
/// @param tenant its name, as [Names#tenant] gives it back
public record Documents(String tenant, Locator locator) {
  /// How many bytes an id has at most at a home (OpenSearch, `IndexRequest`).
  public static final int ID_BYTES_MAX = 512;

  /// So that a JavaScript client reads the number exactly: 2^53 / 2^20 stays are shown.
  private static final int TERM_BITS = 20;

  /// No document was ever in a state of this term.
  private static final long NO_TERM = 1L << 40;

  private static final char AFTER_TENANT = ':';
  private static final String ROUTING = "_routing";

  public String atHome(String id) {
    return locator.shared() ? tenant + AFTER_TENANT + id : id;
  }

  /// Why the tenant cannot be at such a place; empty if it can.
  ///
  /// The field that holds a tenant's name may be mapped as text, by somebody who did not map it
  /// otherwise: then a name with '-' is several words, and each could be another tenant's name.
  public Optional<String> misnamed() {
    return locator.field().isPresent() && tenant.indexOf('-') >= 0
        ? Optional.of(
            "tenant '%s' cannot be at '%s': where a field keeps tenants apart, their names have no '-'"
                .formatted(tenant, locator))
        : Optional.empty();
  }

  /// The routing of each of its documents at the home; empty if they have none, or their clients'.
  public Optional<String> routing() {
    return locator.shared() && locator.field().isEmpty() ? Optional.of(tenant) : Optional.empty();
  }

  /// The field that holds the tenant's name in its documents at a shared index, and in no other.
  public String filteredBy() {
    return locator.field().orElse(ROUTING);
  }

  /// How many bytes an id has at most as its client calls it.
  public int idBytesMax() {
    return ID_BYTES_MAX - (locator.shared() ? tenant.length() + 1 : 0);
  }

  /// @return empty if the document is not this tenant's
  public Optional<String> called(String idAtHome) {
    if (!locator.shared()) {
      return Optional.of(idAtHome);
    }
    boolean mine =
        idAtHome.length() > tenant.length() + 1
            && idAtHome.charAt(tenant.length()) == AFTER_TENANT
            && idAtHome.startsWith(tenant);
    return mine ? Optional.of(idAtHome.substring(tenant.length() + 1)) : Optional.empty();
  }

  /// The `_primary_term` that a client is shown. A client sends it back as `if_primary_term`, to
  /// say which state of a document it has read. After a move the same numbers could mean another
  /// state, so each stay shows other ones.
  public long shownTerm(long primaryTerm) {
    return ((long) locator.stay() << TERM_BITS) + primaryTerm;
  }

  /// The `if_primary_term` for the home of one that a client has sent. Of another stay it is one
  /// that no document was ever in: nothing can be in that state any more.
  public long conditionAtHome(long shown) {
    return termAtHome(shown).orElse(NO_TERM);
  }

  /// @return empty if it is of another stay
  Optional<Long> termAtHome(long shown) {
    long atHome = shown - ((long) locator.stay() << TERM_BITS);
    return atHome > 0 && atHome < 1L << TERM_BITS ? Optional.of(atHome) : Optional.empty();
  }
}
