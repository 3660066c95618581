package org.coexhub.connector.chatbot.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;

/**
 * A Google service account, by its JSON key file. Its access token is got by a signed assertion (RFC 7523) and kept until
 * shortly before it expires.
 */
public final class ServiceAccount {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final String GRANT = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
    private static final Duration ASSERTION_LIFE = Duration.ofHours(1);
    private static final Duration BEFORE_EXPIRY = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String email;
    private final String keyId;
    private final PrivateKey key;
    private final URI tokenUrl;
    private final InstantSource clock;

    private String token;
    private Instant until = Instant.EPOCH;

    private ServiceAccount(
            String email, String keyId, PrivateKey key, URI tokenUrl, InstantSource clock) {
        this.email = email;
        this.keyId = keyId;
        this.key = key;
        this.tokenUrl = tokenUrl;
        this.clock = clock;
    }

    /**
     * @param tokenUrl where tokens are got, and the audience of the assertion; empty: as the key file says
     * @throws IllegalArgumentException the file is none of a service account
     */
    public static ServiceAccount of(Path file, String tokenUrl, InstantSource clock) {
        try {
            JsonNode fields = JSON.readTree(file.toFile());
            String url = tokenUrl.isBlank() ? fields.path("token_uri").asText() : tokenUrl;
            return new ServiceAccount(
                    fields.path("client_email").asText(),
                    fields.path("private_key_id").asText(),
                    key(fields.path("private_key").asText()),
                    URI.create(url),
                    clock);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "hub.chatbot.key-file is not readable as the JSON key of a Google service"
                            + " account, e.g. /etc/hub/dialogflow.json");
        }
    }

    /** Asked for by one at a time, so that a busy hub gets one token and not many. */
    public synchronized String token(BotHttpClient.Call call) {
        if (!clock.instant().isBefore(until)) {
            JsonNode answer =
                    call.postForm(tokenUrl, "grant_type=" + GRANT + "&assertion=" + assertion());
            token = answer.path("access_token").asText("");
            if (token.isEmpty()) {
                throw BotFailedException.unreadable("Google gave no access token");
            }
            Duration life = Duration.ofSeconds(answer.path("expires_in").asLong(300));
            until = clock.instant().plus(life).minus(BEFORE_EXPIRY);
        }
        return token;
    }

    /** The token was refused before its time. */
    public synchronized void forget(String refused) {
        if (refused.equals(token)) {
            until = Instant.EPOCH;
        }
    }

    private String assertion() {
        long now = clock.instant().getEpochSecond();
        var header = JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT");
        header.put("kid", keyId);
        var claims = JSON.createObjectNode().put("iss", email).put("scope", SCOPE);
        claims.put("aud", tokenUrl.toString());
        claims.put("iat", now).put("exp", now + ASSERTION_LIFE.toSeconds());
        String signed = encoded(header.toString()) + "." + encoded(claims.toString());
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static String encoded(String text) {
        return encoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Base64.Encoder encoder() {
        return Base64.getUrlEncoder().withoutPadding();
    }
}
