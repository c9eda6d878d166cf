-- Lets in only sessions that carry a token of ours, taken from `?token=` of the websocket (or BOSH) URL.
-- The SASL mechanism is ANONYMOUS, as lib-jitsi-meet expects; who somebody is comes from the token alone.
-- Tokens never reach a log, not even refused ones.

module:depends("videoatencio_guard");

local lib = module:require "videoatencio";
local verify_signature = require "util.jwt".verify;
local new_uuid = require "util.uuid".generate;
local formdecode = require "util.http".formdecode;

local MAX_TOKEN_BYTES = 4096;
-- A refused client gets its answer, then the line is cut: waiting connections are what an attacker would pile up.
local SECONDS_AFTER_REFUSAL = 1;

local app_secret = module:get_option_string("videoatencio_app_secret", "");
local issuer = module:get_option_string("videoatencio_issuer", "");
local audience = module:get_option_string("videoatencio_audience", "");
local guard_state = module:shared("/*/videoatencio/guard");

local function is_text(value)
	return type(value) == "string" and value ~= "";
end

-- The claims of a token with a valid signature, or nil. The decoder raises errors on malformed input.
local function decode(token)
	if not is_text(token) then return nil, "no-token"; end
	if #token > MAX_TOKEN_BYTES then return nil, "token-too-long"; end
	local ran, valid, claims = pcall(verify_signature, app_secret, token);
	if not ran or valid ~= true or type(claims) ~= "table" then return nil, "bad-signature"; end
	return claims;
end

-- Why these claims do not let anybody in, or nil. No leeway: the application issues `nbf` a minute early instead.
-- `aud` must be one string; an array is refused because other verifiers read it in different ways.
local function find_fault(claims)
	local seconds = os.time();
	if claims.iss ~= issuer then return "wrong-issuer"; end
	if claims.aud ~= audience then return "wrong-audience"; end
	if claims.sub ~= module.host then return "wrong-subject"; end
	if not lib.is_room_name(claims.room) then return "bad-room"; end
	if type(claims.exp) ~= "number" or seconds >= claims.exp then return "expired"; end
	if type(claims.nbf) ~= "number" or seconds < claims.nbf then return "not-yet-valid"; end
	local user = type(claims.context) == "table" and claims.context.user;
	if type(user) ~= "table" or not is_text(user.id) or #user.id > 128 then return "no-user"; end
end

local function identity_of(claims)
	local user = claims.context.user;
	return {
		room = claims.room;
		user = user.id;
		moderator = user.moderator == true;
		exp = claims.exp;
		iat = type(claims.iat) == "number" and claims.iat or 0;
	};
end

-- Stream resumption (XEP-0198) needs the old JID, yet an anonymous login would get a new one. lib-jitsi-meet
-- sends the resumption id as `previd`; it counts only for the same person in the same room.
local function resumable_username(session, identity)
	local previous_id = session.videoatencio_previd;
	if not is_text(previous_id) then return nil; end
	for _, other in pairs(prosody.full_sessions) do
		local known = other.videoatencio;
		if known and other.host == module.host and other.resumption_token == previous_id
			and known.user == identity.user and known.room == identity.room then
			return other.username;
		end
	end
end

local function report_refusal(claims, reason)
	-- Only for tokens that we signed: strangers must not be able to fill the application's event queue.
	if type(claims) ~= "table" or not lib.is_room_name(claims.room) then return; end
	local user = type(claims.context) == "table" and claims.context.user;
	if type(user) ~= "table" or not is_text(user.id) then return; end
	lib.report("refused", claims.room, user.id, user.moderator, reason);
end

local function refuse(session, claims, reason)
	module:log("info", "Refused a session: %s", reason);
	report_refusal(claims, reason);
	module:add_timer(SECONDS_AFTER_REFUSAL, function ()
		if session.type == "c2s_unauthed" and session.conn then session:close("not-authorized"); end
	end);
	return "failure", "not-authorized", "The token was not accepted";
end

-- An own SASL handler, not util.sasl's: the stock ANONYMOUS mechanism asks its backend again and again until it
-- says yes, so a single refused connection would hang the whole server.
local handler_mt = {};
handler_mt.__index = handler_mt;

local function new_handler(session)
	return setmetatable({ session = session }, handler_mt);
end

function handler_mt:mechanisms() -- luacheck: ignore 212/self
	return { ANONYMOUS = true };
end

function handler_mt:select(mechanism)
	if mechanism ~= "ANONYMOUS" then return false; end
	self.selected = mechanism;
	return true;
end

function handler_mt:clean_clone()
	return new_handler(self.session);
end

function handler_mt:process()
	local session = self.session;
	if not guard_state.passed then return refuse(session, nil, "server-misconfigured"); end
	local claims, reason = decode(session.videoatencio_token);
	reason = reason or find_fault(claims);
	if reason then return refuse(session, claims, reason); end
	session.videoatencio_token = nil;
	local identity = identity_of(claims);
	self.username = resumable_username(session, identity) or new_uuid();
	session.videoatencio = identity;
	return "success";
end

local function remember_query(event)
	local session, request = event.session, event.request;
	local query = request.url and request.url.query;
	local fields = query and formdecode(query);
	if type(fields) ~= "table" then return; end
	session.videoatencio_token = fields.token;
	session.videoatencio_previd = fields.previd;
end

-- These two events belong to global modules, hence hook_global; the host of the session is not known yet.
module:hook_global("websocket-session", remember_query);
module:hook_global("bosh-session", remember_query);

local provider = {};

function provider.get_sasl_handler(session)
	return new_handler(session);
end

function provider.user_exists()
	return nil, "There are no accounts";
end

module:provides("auth", provider);
