package dev.drover.opensearch.gateway;

/// Who a client has shown to be.
///
/// @param user of basic authentication; empty if there is none
/// @param claimed the tenant that a token names; empty if none does
/// @param principal the user, or the token's subject; empty if there is none
/// @param token whether a token was shown
record Login(String user, String claimed, String principal, boolean token) {
  static final Login NOBODY = new Login("", "", "", false);
}
