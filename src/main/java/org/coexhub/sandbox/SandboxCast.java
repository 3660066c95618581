package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.SimulatedMeta;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The people the sandbox starts with, and what they wrote before there was a hub. Numbers come from ranges reserved for fiction. */
final class SandboxCast {
    private SandboxCast() {}

    static void enter(SimulatedMeta meta, boolean pastChats) throws IOException {
        meta.add(
                new SimulatedCustomer(
                        "ana", "Ana Ribeiro", "447700900123", "GB.70155910293847561201", null));
        meta.add(new SimulatedCustomer("jonas", "Jonas Weber", "12025550143", null, null));
        meta.add(
                new SimulatedCustomer(
                        "mei", "Mei Tanaka", null, "JP.31862245907713380964", "@mei.tanaka"));
        meta.add(
                new SimulatedCustomer(
                        "priya",
                        "Priya Nair",
                        "447700900457",
                        "GB.55920017348826610375",
                        "@priya.brews"));
        if (pastChats) {
            past(meta, "ana", Bubble.Side.CUSTOMER, 171, "Hi! Is the place by the harbour yours?");
            past(meta, "ana", Bubble.Side.APP, 171, "It is. Come by, first cup is on us.");
            past(meta, "ana", Bubble.Side.CUSTOMER, 40, "Do you grind for a moka pot?");
            past(
                    meta,
                    "ana",
                    Bubble.Side.APP,
                    40,
                    "Sure, medium fine. Just say so when you order.");
            pastImage(meta);
            past(meta, "jonas", Bubble.Side.CUSTOMER, 96, "Could you send an invoice for March?");
            past(meta, "jonas", Bubble.Side.APP, 96, "Sent to your mail just now.");
            past(
                    meta,
                    "jonas",
                    Bubble.Side.CUSTOMER,
                    0,
                    "Morning, is the table at the window free on Friday?");
        }
    }

    static byte[] picture() throws IOException {
        try (InputStream in = SandboxCast.class.getResourceAsStream("/sandbox/latte.png")) {
            return in.readAllBytes();
        }
    }

    private static void past(
            SimulatedMeta meta, String customer, Bubble.Side side, int days, String text) {
        // A little over the days, and replies some minutes later, so that order and phases are
        // clear.
        Duration age = Duration.ofDays(days).plusMinutes(side == Bubble.Side.CUSTOMER ? 95 : 61);
        ObjectNode content = JsonNodeFactory.instance.objectNode().put("body", text);
        meta.addPast(customer, side, age, "text", content);
    }

    private static void pastImage(SimulatedMeta meta) throws IOException {
        ObjectNode image =
                meta.addMedia(picture(), "image/png").put("caption", "Sunday, as ordered");
        meta.addPast("ana", Bubble.Side.APP, Duration.ofDays(5).plusMinutes(20), "image", image);
    }
}
