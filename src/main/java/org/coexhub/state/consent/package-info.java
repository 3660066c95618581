/**
 * Who wants no marketing: what customers, Meta and operators decided, each with its cause, and the rule before sending
 * that goes by it. Owns the consent table; written by a step of the router and by the REST API.
 */
package org.coexhub.state.consent;
