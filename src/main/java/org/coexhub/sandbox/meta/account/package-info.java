/**
 * The simulated WhatsApp account: its numbers, limits, files and how badly its Meta behaves. Knows neither HTTP nor
 * phones.
 */
package org.coexhub.sandbox.meta.account;
