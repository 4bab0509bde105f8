package dev.drover.opensearch.tenant;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where a tenant's indices stand at its home. A tenant's clients call an index by its logical name
/// and never see what it is called there.
///
/// | text | |
/// |---|---|
/// | `cluster` | the whole cluster is the tenant's; each index has its logical name |
/// | `index:acme-*` | indices of its own; the index `orders` is called `acme-orders` |
/// | `index:acme-orders` | one index of its own, which clients call `acme-orders` |
/// | `index:acme-orders=orders` | one index of its own, which clients call `orders` |
/// | `shared:all-*` | indices that other tenants use too; `orders` is called `all-orders` |
/// | `shared:orders` | one such index; `=` as above |
/// | `shared:all-*:tenant` | such indices, where each document has the tenant's name in its field `tenant` |
///
/// After it may stand `#` and the stay's number: how many times the tenant has moved. It makes each
/// stay of a tenant at a place differ from those before, so that what a client remembers of an
/// earlier one is known to be old ([Documents#shownTerm]).
///
/// @param physical the index's name at the home, with `*` in it where the logical name stands
/// @param logical the one logical name, if `physical` has no `*`
/// @param field of each document there, with its tenant's name, by which a tenant's documents are
///   found; empty if they are found by their routing, and at indices of the tenant's own
/// @param passed how the names of indices begin that are no tenant's, and that a gateway passes
///   through under their own names; empty for a tenant's place
/// @param stay from 0 on
public record Locator(
    Kind kind,
    String physical,
    Optional<String> logical,
    Optional<String> field,
    Optional<String> passed,
    int stay) {
  private static final String ANY = "*";

  /// Begins the name of each index that a data stream consists of.
  private static final String STREAM_PART = ".ds-";

  /// A cluster of the tenant's own.
  public static final Locator WHOLE_CLUSTER =
      new Locator(Kind.CLUSTER, ANY, Optional.empty(), Optional.empty(), Optional.empty(), 0);

  private static final int STAY_MAX = 1 << 20;
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:(cluster)|(index|shared):([^=#:]+)(?:=([^=#:]+))?(?::([^=#:]+))?)(?:#([0-9]{1,7}))?");

  /// One that means nothing else in a query's text, and is no field of the cluster's own.
  private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

  /// A name or a pattern of indices that are passed through. No date is computed in it, and nothing
  /// is taken out.
  private static final Pattern PASSED = Pattern.compile("[a-z0-9][a-z0-9._*+-]*");

  /// Whose the indices are.
  public enum Kind {
    /// Other tenants' documents stand in them too.
    SHARED,
    /// The tenant has them for itself.
    INDEX,
    /// The tenant has the cluster for itself.
    CLUSTER
  }

  public Locator {
    if (physical.contains(ANY) == logical.isPresent()) {
      throw new IllegalArgumentException("an index has one logical name, or a '*' stands for it");
    }
    if (stay < 0 || stay > STAY_MAX) {
      throw new IllegalArgumentException("a stay's number lies between 0 and " + STAY_MAX);
    }
  }

  /// @throws IllegalArgumentException saying what a locator is like
  public static Locator parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no place of a tenant. It is one of: cluster; index:NAME, index:NAME=CALLED, index:PREFIX-* for indices of its own; shared:NAME, shared:NAME=CALLED, shared:PREFIX-* for indices that it shares; each of these with :FIELD behind it if documents there have their tenant's name in that field"
              .formatted(text));
    }
    int stay = found.group(6) == null ? 0 : Integer.parseInt(found.group(6));
    if (found.group(1) != null) {
      return WHOLE_CLUSTER.at(stay);
    }
    Kind kind = found.group(2).equals("index") ? Kind.INDEX : Kind.SHARED;
    String physical = found.group(3);
    Optional<String> logical = Optional.ofNullable(found.group(4));
    Optional<String> field = Optional.ofNullable(found.group(5));
    checkField(text, kind, field);
    int star = physical.indexOf(ANY);
    if (star < 0) {
      return new Locator(
          kind,
          Names.index(physical),
          Optional.of(Names.index(logical.orElse(physical))),
          field,
          Optional.empty(),
          stay);
    }
    if (logical.isPresent() || physical.indexOf(ANY, star + 1) >= 0) {
      throw new IllegalArgumentException(
          "'%s': one '*' stands for the names by which clients call the indices".formatted(text));
    }
    if (kind == Kind.INDEX && star == 0) {
      throw new IllegalArgumentException(
          "'%s' would be every index of the cluster: write 'cluster', or a prefix such as index:acme-*"
              .formatted(text));
    }
    String _ = Names.index(physical.replace(ANY, "x"));
    return new Locator(kind, physical, Optional.empty(), field, Optional.empty(), stay);
  }

  /// Indices of no tenant that a gateway passes through. No configuration and no record has such a
  /// place.
  ///
  /// @param prefix how the name of each begins
  public static Locator passed(String prefix) {
    return new Locator(Kind.INDEX, ANY, Optional.empty(), Optional.empty(), Optional.of(prefix), 0);
  }

  private static void checkField(String text, Kind kind, Optional<String> field) {
    if (field.isPresent() && kind != Kind.SHARED) {
      throw new IllegalArgumentException(
          "'%s' names a field, which only documents at a shared index need".formatted(text));
    }
    if (field.isPresent() && !FIELD.matcher(field.get()).matches()) {
      throw new IllegalArgumentException(
          "'%s' names the field '%s': it has 1 to 64 letters, digits and '_', and begins with a letter"
              .formatted(text, field.get()));
    }
  }

  public boolean shared() {
    return kind == Kind.SHARED;
  }

  /// What the index is called at the home.
  ///
  /// @param index a name as [Names#index] gives it back; of indices that are passed through also a
  ///   list of names and patterns
  /// @return empty if the tenant can have no such index here
  public Optional<String> atHome(String index) {
    if (passed.isPresent()) {
      boolean all =
          Stream.of(index.split(",", -1))
              .allMatch(each -> each.startsWith(passed.get()) && PASSED.matcher(each).matches());
      return all ? Optional.of(index) : Optional.empty();
    }
    if (logical.isPresent()) {
      return logical.get().equals(index) ? Optional.of(physical) : Optional.empty();
    }
    return Optional.of(physical.replace(ANY, index));
  }

  /// What clients call an index of the home.
  ///
  /// @return empty if it is not this tenant's
  public Optional<String> called(String atHome) {
    if (passed.isPresent()) {
      return atHome.startsWith(passed.get()) ? Optional.of(atHome) : Optional.empty();
    }
    if (logical.isPresent()) {
      return atHome.equals(physical) ? logical : Optional.empty();
    }
    int star = physical.indexOf(ANY);
    String before = physical.substring(0, star);
    String after = physical.substring(star + 1);
    boolean mine =
        atHome.length() > before.length() + after.length()
            && atHome.startsWith(before)
            && atHome.endsWith(after)
            && !atHome.startsWith(Names.OWN)
            && !atHome.startsWith(".");
    return mine
        ? Optional.of(atHome.substring(before.length(), atHome.length() - after.length()))
        : Optional.empty();
  }

  /// What clients are shown where an answer says in which index a document stands: what they call
  /// it, or the part of a data stream that it is.
  ///
  /// @return empty if it is not this tenant's: an alias leads elsewhere
  public Optional<String> shown(String atHome) {
    if (kind == Kind.CLUSTER) {
      return atHome.startsWith(Names.OWN) ? Optional.empty() : Optional.of(atHome);
    }
    return atHome.startsWith(STREAM_PART)
        ? called(atHome.substring(STREAM_PART.length())).map(called -> STREAM_PART + called)
        : called(atHome);
  }

  /// Whether some index could be both this one's and that one's at one home, and must not be: who
  /// shares an index tells documents apart in the same way.
  public boolean overlaps(Locator other) {
    if (kind == Kind.SHARED && other.kind == Kind.SHARED && field.equals(other.field)) {
      return false;
    }
    String mine = head(physical);
    String theirs = head(other.physical);
    boolean heads = mine.startsWith(theirs) || theirs.startsWith(mine);
    if (logical.isPresent() && other.logical.isPresent()) {
      return physical.equals(other.physical);
    }
    return heads;
  }

  private static String head(String physical) {
    int star = physical.indexOf(ANY);
    return star < 0 ? physical : physical.substring(0, star);
  }

  /// The same place in another stay.
  public Locator at(int number) {
    return new Locator(kind, physical, logical, field, passed, number);
  }

  @Override
  public String toString() {
    if (passed.isPresent()) {
      return "passed:" + passed.get();
    }
    String text =
        switch (kind) {
          case CLUSTER -> "cluster";
          case INDEX -> "index:" + physical;
          case SHARED -> "shared:" + physical;
        };
    String called =
        logical.filter(name -> !name.equals(physical)).map(name -> "=" + name).orElse("");
    String by = field.map(name -> ":" + name).orElse("");
    return text + called + by + (stay == 0 ? "" : "#" + stay);
  }
}
