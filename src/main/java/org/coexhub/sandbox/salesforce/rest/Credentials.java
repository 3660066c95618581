package org.coexhub.sandbox.salesforce.rest;

/** What the connected app and its integration user log in with; each only in the flow it belongs to. */
public record Credentials(
        String clientId,
        String clientSecret,
        String username,
        String password,
        String refreshToken) {

    @Override
    public String toString() {
        return "Credentials[" + clientId + ", " + username + "]";
    }
}
