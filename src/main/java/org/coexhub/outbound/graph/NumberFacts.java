package org.coexhub.outbound.graph;

/**
 * Facts about a business number, in Meta's words as Graph gives them; each null when not said.
 *
 * @param onBizApp whether the number is in the App as well
 * @param throughput level such as STANDARD or HIGH
 * @param quality such as GREEN
 * @param messagingLimit such as TIER_2K; of the whole portfolio
 */
public record NumberFacts(
        Boolean onBizApp, String throughput, String quality, String messagingLimit) {}
