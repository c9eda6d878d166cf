-- Recording and telephony do not exist. This module, on the virtual host of the users, refuses every request that
-- could start them, whatever the token says, and stops a server whose configuration has room for them.

local lib = module:require "videoatencio";
local config = require "core.configmanager";
local usermanager = require "core.usermanager";
local jid_split = require "util.jid".split;
local json = require "util.json";
local st = require "util.stanza";

local MIN_SECRET_BYTES = 32;
local JIBRI = "http://jitsi.org/protocol/jibri";
local RAYO = "^urn:xmpp:rayo:"; -- also its extensions, such as urn:xmpp:rayo:record:1
local FOCUS = "http://jitsi.org/protocol/focus";
local METADATA = "http://jitsi.org/jitmeet";
local FORBIDDEN_PARTS = { "jibri"; "jigasi"; "recorder"; "transcriber"; "hidden"; };

local muc_host = module:get_option_string("videoatencio_muc", "muc." .. module.host);
local service_jids = module:get_option_set("videoatencio_service_jids", {});
local service_hosts = module:get_option_set("videoatencio_service_hosts", {});
-- Room metadata that clients may set. Empty: `recording` is one of these keys, and our page needs none of them.
local metadata_keys = module:get_option_set("videoatencio_metadata_keys", {});
local state = module:shared("/*/videoatencio/guard");

-- 1. Requests ------------------------------------------------------------------------------------------------

local function is_recording_request(payload)
	local namespace = payload.attr.xmlns or "";
	return namespace == JIBRI or namespace:match(RAYO) ~= nil;
end

-- Jicofo opens any room that a logged-in user names; it does not compare the token. So we do.
local function is_foreign_conference(payload, identity)
	if payload.attr.xmlns ~= FOCUS or payload.name ~= "conference" then return false; end
	local node, host, resource = jid_split(payload.attr.room or "");
	return not identity or resource ~= nil or node ~= identity.room or host ~= muc_host;
end

-- Users meet in rooms only: an address learnt in a room must not become a way to reach that person outside it.
local function is_private_contact(stanza, origin)
	local node, host = jid_split(stanza.attr.to);
	return node ~= nil and host == module.host and node ~= origin.username;
end

-- Not even a question about another room. Entering is left to mod_videoatencio_room, which reports the attempt.
local function is_foreign_room(stanza, identity)
	local node, host = jid_split(stanza.attr.to);
	if host ~= muc_host or not node or stanza.name == "presence" then return false; end
	return not identity or node ~= identity.room;
end

local function find_forbidden(stanza, origin)
	if is_private_contact(stanza, origin) then return "private contact"; end
	if is_foreign_room(stanza, origin.videoatencio) then return "another room"; end
	if stanza.name ~= "iq" then return nil; end
	for _, payload in ipairs(stanza.tags) do
		if is_recording_request(payload) then return "recording or telephony"; end
		if is_foreign_conference(payload, origin.videoatencio) then return "conference of another room"; end
	end
end

local function is_forbidden_metadata(stanza)
	local payload = stanza:get_child("room_metadata", METADATA);
	if not payload then return false; end
	local ran, change = pcall(json.decode, payload:get_text() or "");
	return not ran or type(change) ~= "table" or not metadata_keys:contains(change.key);
end

local function check_request(event)
	local origin, stanza = event.origin, event.stanza;
	if lib.is_service(stanza.attr.from or origin.full_jid) then return; end
	local reason = find_forbidden(stanza, origin);
	if not reason and is_forbidden_metadata(stanza) then reason = "room metadata"; end
	if not reason then return; end
	module:log("warn", "Refused a request: %s", reason);
	if stanza.attr.type ~= "error" and stanza.attr.type ~= "result" then
		origin.send(st.error_reply(stanza, "auth", "forbidden"));
	end
	return true;
end

for _, kind in ipairs { "iq"; "message"; "presence" } do
	for _, place in ipairs { "full"; "bare"; "host" } do
		module:hook("pre-" .. kind .. "/" .. place, check_request, 1000);
	end
end

-- Jitsi's own room metadata component asks before it applies a change.
module:hook("jitsi-metadata-allow-moderation", function (event)
	if not metadata_keys:contains(event.key) then return false; end
end, 1000);

-- 2. Configuration -------------------------------------------------------------------------------------------

local problems = {};

local function complain(...)
	problems[#problems + 1] = string.format(...);
end

local function names_a_recorder(name)
	for _, part in ipairs(FORBIDDEN_PARTS) do
		if name:lower():find(part, 1, true) then return true; end
	end
	return false;
end

local function check_secret(option)
	local value = config.get(module.host, option);
	if type(value) ~= "string" or #value < MIN_SECRET_BYTES then
		complain("%s must have at least %d characters", option, MIN_SECRET_BYTES);
	end
	return value;
end

local function check_text(option)
	local value = config.get(module.host, option);
	if type(value) ~= "string" or value == "" or value == "*" then complain("%s must be set to one exact value", option); end
end

local function check_admins(host)
	local admins = config.get(host, "admins");
	if admins == nil then return; end
	if type(admins) ~= "table" then return complain("admins of %s must be a list", host); end
	for _, jid in pairs(admins) do
		if not service_jids:contains(jid) or names_a_recorder(jid) then complain("%s may not be an admin (of %s)", jid, host); end
	end
end

local function lists(host, option, name)
	local values = config.get(host, option);
	for _, value in pairs(type(values) == "table" and values or {}) do
		if value == name then return true; end
	end
	return false;
end

local function check_host(host)
	if names_a_recorder(host) then complain("the host %s belongs to recording or telephony", host); end
	if config.get(host, "component_module") or host == module.host then return; end
	if not service_hosts:contains(host) then complain("the virtual host %s is not one of ours", host); end
end

local function check_configuration()
	if check_secret("videoatencio_app_secret") == check_secret("videoatencio_control_secret") then
		complain("videoatencio_app_secret and videoatencio_control_secret must differ");
	end
	check_text("videoatencio_issuer");
	check_text("videoatencio_audience");
	if config.get(module.host, "authentication") ~= "videoatencio" then
		complain("authentication of %s must be \"videoatencio\"", module.host);
	end
	if not lists(muc_host, "modules_enabled", "videoatencio_room") then
		complain("%s must load videoatencio_room", muc_host);
	end
	for jid in service_jids:items() do
		if names_a_recorder(jid) then complain("%s may not be a service", jid); end
	end
	for host in pairs(config.getconfig()) do
		check_admins(host);
		if host ~= "*" then check_host(host); end
	end
end

-- Accounts of an earlier life: disabling recording leaves them in Prosody's storage.
local function check_accounts()
	for host in service_hosts:items() do
		for _, name in ipairs(FORBIDDEN_PARTS) do
			if prosody.hosts[host] and usermanager.user_exists(name, host) then
				complain("the account %s@%s exists; delete it", name, host);
			end
		end
	end
end

local function stop_if_misconfigured()
	if #problems == 0 then return; end
	state.passed = false;
	for _, problem in ipairs(problems) do
		module:log("error", "Refusing to start: %s", problem);
	end
	prosody.shutdown("The video server is misconfigured", 1);
end

check_configuration();
-- Until the server has started nobody is let in anyway; mod_auth_videoatencio reads this flag.
state.passed = #problems == 0;
module:hook_global("server-started", function ()
	check_accounts();
	stop_if_misconfigured();
end);
