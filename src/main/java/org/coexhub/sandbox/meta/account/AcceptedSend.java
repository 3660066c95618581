package org.coexhub.sandbox.meta.account;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;

/**
 * A send that Graph accepted, whether or not the hub ever heard so. More than one for the same command means that a customer got
 * a message twice.
 *
 * @param customer local name of the recipient
 * @param body what the hub posted
 */
public record AcceptedSend(String wamid, String customer, Instant at, JsonNode body) {}
