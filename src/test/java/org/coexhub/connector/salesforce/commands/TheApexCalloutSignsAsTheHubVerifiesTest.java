package org.coexhub.connector.salesforce.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vector in the Apex test is a signature of Standard Webhooks, computed here step by step as the Apex class does. So
 * an Apex test that passes in the org means that the hub accepts its callouts.
 */
class TheApexCalloutSignsAsTheHubVerifiesTest {

    private static final Path CLASSES = Path.of("salesforce/force-app/main/default/classes");

    private final String test = read("WhatsAppCalloutTest.cls");
    private final String code = read("WhatsAppCallout.cls");

    @Test
    void theVectorOfTheApexTestIsASignatureOfStandardWebhooks() throws Exception {
        String id = constant("String id");
        String timestamp = constant("String timestamp");
        String body = constant("String body");
        byte[] key =
                Base64.getDecoder().decode(constant("String SECRET").substring("whsec_".length()));

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        byte[] content = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
        String signature = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));

        assertThat(constant("String signature")).isEqualTo(signature);
        assertThat(key).as("bytes of the secret").hasSizeBetween(24, 64);
    }

    @Test
    void theClassSendsWhatItSigns() {
        assertThat(code)
                .contains("EncodingUtil.base64Decode(secret.removeStart('whsec_'))")
                .contains("Blob.valueOf(id + '.' + timestamp + '.' + body)")
                .contains("Crypto.generateMac('HmacSHA256', content, key)")
                .contains("setHeader('webhook-id', id)")
                .contains("setHeader('webhook-timestamp', timestamp)")
                .contains("setBody(body)")
                .contains("String id = 'salesforce:' + message.clientRef");
    }

    private String constant(String declaration) {
        Matcher found = Pattern.compile(Pattern.quote(declaration) + " = '([^']*)';").matcher(test);
        assertThat(found.find()).as(declaration).isTrue();
        return found.group(1);
    }

    private static String read(String file) {
        try {
            return Files.readString(CLASSES.resolve(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
