package org.coexhub.sandbox.salesforce.rest;

/**
 * The credentials with which the connected app and its integration user log in; each only in the flow it belongs to.
 */
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
