package org.coexhub.sandbox;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the sandbox; {@link SandboxEnvironment} fills in what is left at 0 or empty.
 *
 * @param metaPort loopback port of simulated Graph
 * @param toolsPort loopback port of bot and webhook receiver
 * @param salesforcePort loopback port of simulated Salesforce
 * @param pubSubPort loopback port of its Pub/Sub API
 * @param hubspotPort loopback port of simulated HubSpot
 * @param pastChats whether the phones start with chats from before the hub, for the history import
 */
@ConfigurationProperties("hub.sandbox")
record SandboxSettings(
        @DefaultValue("0") int metaPort,
        @DefaultValue("0") int toolsPort,
        @DefaultValue("0") int salesforcePort,
        @DefaultValue("0") int pubSubPort,
        @DefaultValue("0") int hubspotPort,
        @DefaultValue("true") boolean pastChats) {}
