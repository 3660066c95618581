/**
 * Consent to marketing: what customers, Meta and operators decided, each with its cause. Owns the consent table;
 * written by a step of the router and by the REST API, and asked by the rule before sending.
 */
package org.coexhub.state.consent;
