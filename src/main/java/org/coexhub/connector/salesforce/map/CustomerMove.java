package org.coexhub.connector.salesforce.map;

/** A customer changed their number or business-scoped id, and is still the same person. */
public record CustomerMove(Customer from, Customer to) {}
