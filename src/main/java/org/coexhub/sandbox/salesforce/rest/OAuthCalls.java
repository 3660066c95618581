package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.org.Sessions;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@code /services/oauth2}: logins by client credentials, password and refresh token; revoke; who am I. */
final class OAuthCalls {
    private static final String ID_PATH = "/id/" + SimulatedOrg.ID + "/" + SimulatedOrg.USER_ID;

    private final Credentials credentials;
    private final Sessions sessions;
    private final InstantSource clock;
    private final Supplier<String> baseUrl;

    OAuthCalls(
            Credentials credentials,
            Sessions sessions,
            InstantSource clock,
            Supplier<String> baseUrl) {
        this.credentials = credentials;
        this.sessions = sessions;
        this.clock = clock;
        this.baseUrl = baseUrl;
    }

    RestAnswer handle(RestCall call) {
        return switch (call.segment(2)) {
            case "token" ->
                    call.method().equals("POST")
                            ? token(call)
                            : refused("invalid_request", "must use HTTP POST");
            case "revoke" -> revoke(call);
            case "userinfo" -> identity(call);
            default -> throw RestException.notFound();
        };
    }

    private RestAnswer token(RestCall call) {
        Map<String, List<String>> form =
                RestCall.parameters(new String(call.body(), StandardCharsets.UTF_8));
        String clientId = first(form, "client_id");
        String clientSecret = first(form, "client_secret");
        String basic = call.headers().get("Authorization");
        if (basic != null && basic.startsWith("Basic ")) {
            String pair =
                    new String(
                            Base64.getDecoder().decode(basic.substring(6)), StandardCharsets.UTF_8);
            clientId = pair.split(":", 2)[0];
            clientSecret = pair.split(":", 2)[1];
        }
        if (!credentials.clientId().equals(clientId)) {
            return refused("invalid_client_id", "client identifier invalid");
        }
        if (!credentials.clientSecret().equals(clientSecret)) {
            return refused("invalid_client", "invalid client credentials");
        }
        String grant = first(form, "grant_type");
        boolean granted =
                switch (Objects.toString(grant, "")) {
                    case "client_credentials" -> true;
                    case "password" ->
                            credentials.username().equals(first(form, "username"))
                                    && credentials.password().equals(first(form, "password"));
                    case "refresh_token" ->
                            credentials.refreshToken().equals(first(form, "refresh_token"));
                    default -> false;
                };
        if (granted) {
            return granted();
        }
        return switch (Objects.toString(grant, "")) {
            case "password" -> refused("invalid_grant", "authentication failure");
            case "refresh_token" -> refused("invalid_grant", "expired access/refresh token");
            default -> refused("unsupported_grant_type", "grant type not supported");
        };
    }

    private RestAnswer granted() {
        String issuedAt = Long.toString(clock.millis());
        String id = baseUrl.get() + ID_PATH;
        return RestAnswer.json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("access_token", sessions.open())
                        .put("signature", signature(id + issuedAt))
                        .put("scope", "api")
                        .put("instance_url", baseUrl.get())
                        .put("id", id)
                        .put("token_type", "Bearer")
                        .put("issued_at", issuedAt));
    }

    private String signature(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(
                            credentials.clientSecret().getBytes(StandardCharsets.UTF_8),
                            "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }

    private RestAnswer revoke(RestCall call) {
        String token =
                call.method().equals("GET")
                        ? call.parameter("token")
                        : first(
                                RestCall.parameters(
                                        new String(call.body(), StandardCharsets.UTF_8)),
                                "token");
        return token != null && sessions.end(token)
                ? RestAnswer.none(200)
                : refused("unsupported_token_type", "this token type is not supported");
    }

    /** Also what the {@code id} of a login points at. */
    RestAnswer identity(RestCall call) {
        if (!sessions.use(RestEndpoint.token(call))) {
            return new RestAnswer(
                    403, null, "Bad_OAuth_Token", Map.of("Content-Type", "text/plain"), 0);
        }
        ObjectNode identity = JsonNodeFactory.instance.objectNode();
        identity.put("sub", baseUrl.get() + ID_PATH)
                .put("id", baseUrl.get() + ID_PATH)
                .put("user_id", SimulatedOrg.USER_ID)
                .put("organization_id", SimulatedOrg.ID)
                .put("preferred_username", credentials.username())
                .put("username", credentials.username())
                .put("name", "WhatsApp Integration")
                .put("display_name", "WhatsApp Integration")
                .put("user_type", "STANDARD")
                .put("active", true);
        identity.putObject("urls")
                .put("rest", baseUrl.get() + "/services/data/v{version}/")
                .put("sobjects", baseUrl.get() + "/services/data/v{version}/sobjects/")
                .put("query", baseUrl.get() + "/services/data/v{version}/query/");
        return RestAnswer.json(200, identity);
    }

    private static RestAnswer refused(String error, String description) {
        return RestAnswer.json(
                400,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("error", error)
                        .put("error_description", description));
    }

    private static String first(Map<String, List<String>> form, String name) {
        return form.containsKey(name) ? form.get(name).get(0) : null;
    }
}
