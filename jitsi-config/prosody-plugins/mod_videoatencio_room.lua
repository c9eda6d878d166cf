-- Loaded on the MUC component: who may enter a room, as what, and that nobody can take a room over.

local lib = module:require "videoatencio";
local jid_split = require "util.jid".split;
local jid_resource = require "util.jid".resource;
local st = require "util.stanza";
local now = require "util.time".now;

-- Names under which Jitsi's own parts join. A client that sees one of them treats it as what it claims to be.
local RESERVED_NICKS = { "focus"; "jibri"; "jigasi"; "jvb"; "recorder"; "transcrib"; "hidden"; };

local NOT_ALLOWED = { "cancel"; "not-allowed"; };
local NO_PLACE = { "cancel"; "service-unavailable"; }; -- lib-jitsi-meet shows this one as `max_users`
local CONFLICT = { "cancel"; "conflict"; };

local handing_over = setmetatable({}, { __mode = "k" });

local function is_reserved(nick)
	local lower = nick:lower();
	for _, name in ipairs(RESERVED_NICKS) do
		if lower:sub(1, #name) == name then return true; end
	end
	return false;
end

local function count_others(room, user)
	local count = 0;
	for _, person in pairs(lib.people(room)) do
		if person.user ~= user then count = count + 1; end
	end
	return count;
end

-- Tokens of a finished call stay worthless if the same room is opened again.
local function predates_end(identity, node)
	local ended_at = lib.ended[node];
	return ended_at ~= nil and identity.iat < ended_at;
end

-- Why this session may not enter, with the stanza error to answer; nil when it may.
local function find_obstacle(room, identity, occupant_jid)
	local node = jid_split(room.jid);
	local nick = jid_resource(occupant_jid);
	if not identity then return "no-token", NOT_ALLOWED; end
	if identity.room ~= node then return "other-room", NOT_ALLOWED; end
	local call = lib.open_call(node);
	if not call then return "room-not-open", NOT_ALLOWED; end
	if os.time() >= identity.exp then return "expired", NOT_ALLOWED; end
	if predates_end(identity, node) then return "call-ended", NOT_ALLOWED; end
	if not nick or not nick:match("^[%w_-]+$") or #nick > 64 then return "bad-nick", NOT_ALLOWED; end
	if is_reserved(nick) then return "reserved-nick", NOT_ALLOWED; end
	local holder = lib.people(room)[occupant_jid];
	if holder and holder.user ~= identity.user then return "nick-taken", CONFLICT; end
	if count_others(room, identity.user) >= call.max_occupants then return "full", NO_PLACE; end
end

local function check_entry(event)
	local stanza, origin, room = event.stanza, event.origin, event.room;
	if lib.is_service(stanza.attr.from) then return; end
	local identity = origin.videoatencio;
	local reason, answer = find_obstacle(room, identity, stanza.attr.to);
	if not reason then return; end
	module:log("info", "Refused entry to %s: %s", room.jid, reason);
	if identity then
		lib.report("refused", (jid_split(room.jid)), identity.user, identity.moderator, reason);
	end
	origin.send(st.error_reply(stanza, answer[1], answer[2], reason, room.jid));
	return true;
end

-- Both: pre-create runs first for a new room, and a room that is refused later would stay behind, empty.
module:hook("muc-room-pre-create", check_entry, 100);
module:hook("muc-occupant-pre-join", check_entry, 100);

-- The newer session of a person wins: after a reload or a lost network the old one is a ghost.
local function replace_older_session(event, user)
	local room, newcomer = event.room, event.occupant;
	for nick, person in pairs(lib.people(room)) do
		if person.user == user then
			if newcomer.nick == nick then newcomer:remove_session(person.jid); end
			handing_over[room] = true;
			room:set_role(true, nick, nil, "replaced");
			handing_over[room] = nil;
		end
	end
end

-- After the stock checks (ban list at -10), so that nobody is replaced by somebody who is then refused.
module:hook("muc-occupant-pre-join", function (event)
	local identity = event.origin.videoatencio;
	if lib.is_service(event.stanza.attr.from) or not identity then return; end
	replace_older_session(event, identity.user);
	-- A role, never an affiliation: `moderator` is what clients show, and it cannot be passed on.
	event.occupant.role = identity.moderator and "moderator" or "participant";
end, -100);

module:hook("muc-occupant-session-new", function (event)
	local identity = event.origin and event.origin.videoatencio;
	if not identity or lib.is_service(event.jid) then return; end
	lib.people(event.room)[event.nick] = {
		user = identity.user;
		moderator = identity.moderator;
		joined_at = math.floor(now() * 1000);
		jid = event.jid;
	};
	lib.report("joined", identity.room, identity.user, identity.moderator);
end);

local function departure_reason(room)
	if handing_over[room] then return "replaced"; end
	if room.destroying then return "ended"; end
	return "left";
end

module:hook("muc-occupant-left", function (event)
	local room, people = event.room, lib.people(event.room);
	local person = people[event.nick];
	if not person then return; end
	people[event.nick] = nil;
	lib.report("left", (jid_split(room.jid)), person.user, person.moderator, departure_reason(room));
end);

-- mod_muc destroys an empty room at priority -1. While the only person changes sessions it is empty for an
-- instant, and the newcomer would end up in a room that nobody else can find.
module:hook("muc-occupant-left", function (event)
	if handing_over[event.room] then return true; end
end, -0.5);

-- Nicks stay as they are: the list of people is kept by nick.
module:hook("muc-occupant-pre-change", function (event)
	if event.orig_occupant.nick == event.dest_occupant.nick then return; end
	event.origin.send(st.error_reply(event.stanza, "cancel", "not-allowed", "The name is fixed", event.room.jid));
	return true;
end, 100);

-- Owners and admins could record metadata, set passwords and pass their rights on. Only our servers become one.
-- This also undoes mod_muc's habit of making the first to enter the owner.
module:hook("muc-pre-set-affiliation", function (event)
	if event.affiliation == "none" or event.affiliation == "outcast" then return; end
	if not lib.is_service(event.jid) then event.allowed = false; end
end, 100);

local function refuse_unless_service(event)
	local origin, stanza = event.origin, event.stanza;
	if lib.is_service(stanza.attr.from) then return; end
	module:log("info", "Refused a %s request", stanza.tags[1] and stanza.tags[1].attr.xmlns or "room");
	origin.send(st.error_reply(stanza, "auth", "forbidden"));
	return true;
end

-- Configuration, passwords, kicks, bans and grants: all of them are the application's business (see control).
for _, place in ipairs { "bare"; "host"; "full" } do
	module:hook("iq-set/" .. place .. "/http://jabber.org/protocol/muc#owner:query", refuse_unless_service, 100);
	module:hook("iq-set/" .. place .. "/http://jabber.org/protocol/muc#admin:query", refuse_unless_service, 100);
	-- Registering a name makes somebody a member for good. mod_muc hears this one before the -set events.
	module:hook("iq/" .. place .. "/jabber:iq:register:query", refuse_unless_service, 100);
end

-- Invitations would carry a room's name to people outside it.
module:hook("muc-pre-invite", function (event)
	event.origin.send(st.error_reply(event.stanza, "auth", "forbidden"));
	return true;
end, 100);
