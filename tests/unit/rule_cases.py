"""For every caller-ID rule, an example that it restricts and one that it lets pass.

Numbers are of the ranges that regulators keep for fiction, or libphonenumber's own examples.
"""

from typing import NamedTuple

from lambdas.domain.ownership import Ownership
from lambdas.domain.rules import Effect

ALLOWED, DISCOURAGED, FORBIDDEN = Effect.ALLOWED, Effect.DISCOURAGED, Effect.FORBIDDEN

US, US_FREE, CANADIAN = "+12065550123", "+18005550123", "+12042345678"
LONDON, BRITISH_FREE, BRITISH_MOBILE = "+442079460123", "+448081570123", "+447400123456"
SYDNEY, AU_FREE = "+61255501234", "+611800160401"
PARIS, FR_NPV, FR_MOBILE = "+33123456789", "+33162123456", "+33612345678"
REUNION, GUADELOUPE = "+262262161234", "+590590201234"
MADRID, ES_FREE, ES_MOBILE = "+34910123456", "+34800123456", "+34612345678"
ROME, IT_FREE, IT_MOBILE = "+390612345678", "+39800123456", "+393123456789"
BRUSSELS, PRAGUE, HELSINKI, DUBLIN = "+3222123456", "+420212345678", "+358912345678", "+35312345678"
OSLO, STOCKHOLM, SE_MOBILE = "+4721234567", "+468123456", "+46701234567"
VIENNA, AT_FREE, AT_MOBILE, BERLIN = "+43123456789", "+43800123456", "+43664123456", "+4930123456"
MUMBAI, IN_140, IN_1600 = "+912223456789", "+911401234567", "+911600123456"
CAPE_TOWN, ZA_MOBILE, TAIPEI = "+27101234567", "+27711234567", "+886221234567"
BEIJING, CN_MOBILE, HONG_KONG = "+861012345678", "+8613123456789", "+85221234567"
TOKYO = "+81312345678"


class Case(NamedTuple):
    """A number shown to a destination. `granted` are rules that an override allows."""

    rule: str
    effect: Effect
    number: str
    destination: str
    reason: str
    purpose: str = "service"
    ownership: Ownership = Ownership.CONNECT
    origin: str = ""
    granted: tuple[str, ...] = ()


_THIRD, _APPROVED, _PORTED = Ownership.THIRD_PARTY, Ownership.APPROVED, Ownership.PORTED
_CN = ("cn_approval",)


def _abroad(rule: str, number: str, home: str, granted: tuple[str, ...] = ()) -> list[Case]:
    """A national number that comes from abroad, and the same from its own country."""
    return [
        Case(rule, DISCOURAGED, number, number, "the call leaves from abroad", origin="ZA",
             granted=granted),
        Case(rule, ALLOWED, number, number, "the call leaves at home", origin=home,
             granted=granted),
        Case(rule, ALLOWED, number, number, "nobody knows where it leaves", granted=granted),
        Case(rule, ALLOWED, number, TOKYO, "shown in a third country", origin="ZA",
             granted=granted),
    ]  # fmt: skip


CASES = [
    Case("external_numbers", FORBIDDEN, US, US, "a third party's", ownership=_THIRD),
    Case("external_numbers", ALLOWED, US, US, "claimed in the instance"),
    Case("external_numbers", ALLOWED, US, US, "ported to it", ownership=_PORTED),
    Case("external_numbers_approved", ALLOWED, US, US, "approved with proof", ownership=_APPROVED),
    Case("external_numbers_approved", FORBIDDEN, US, US, "without proof", ownership=_THIRD),
    Case("gb_0870", FORBIDDEN, "+448702345678", LONDON, "0870"),
    Case("gb_0870", ALLOWED, BRITISH_FREE, LONDON, "0808"),
    Case("gb_09", FORBIDDEN, "+449098790123", LONDON, "09"),
    Case("gb_09", FORBIDDEN, "+449098790123", US, "09, to whomever"),
    Case("gb_09", ALLOWED, "+443069990123", LONDON, "03 costs what a landline costs"),
    Case("gb_revenue_share", FORBIDDEN, "+448431234567", LONDON, "0843"),
    Case("gb_revenue_share", FORBIDDEN, "+448711234567", LONDON, "0871"),
    Case("gb_revenue_share", ALLOWED, BRITISH_FREE, LONDON, "0808 is free"),
    Case("gb_070", FORBIDDEN, "+447012345678", LONDON, "070"),
    Case("gb_070", ALLOWED, "+443069990123", LONDON, "03"),
    Case("fr_premium", FORBIDDEN, "+33891123456", PARIS, "0891"),
    Case("fr_premium", ALLOWED, FR_NPV, PARIS, "0162"),
    Case("uifn", FORBIDDEN, "+80012345678", US, "+800 takes calls only"),
    Case("uifn", ALLOWED, US_FREE, US, "a national toll-free number"),
    Case("premium_rate", FORBIDDEN, "+19002345678", US, "900"),
    Case("premium_rate", ALLOWED, US, US, "a landline"),
    Case("shared_cost", FORBIDDEN, "+611300123456", TOKYO, "1300"),
    Case("shared_cost", ALLOWED, SYDNEY, TOKYO, "a landline"),
    Case("personal_number", FORBIDDEN, "+15002345678", US, "500"),
    Case("personal_number", ALLOWED, US, US, "a landline"),
    Case("no_pager_or_voicemail", FORBIDDEN, "+447640123456", US, "a British pager"),
    Case("no_pager_or_voicemail", ALLOWED, LONDON, US, "a landline"),
    Case("toll_free_stays_home", FORBIDDEN, US_FREE, LONDON, "across the sea"),
    Case("toll_free_stays_home", FORBIDDEN, US_FREE, CANADIAN, "Canada, not permitted for sure"),
    Case("toll_free_stays_home", ALLOWED, US_FREE, US, "at home"),
    Case("toll_free_stays_home", ALLOWED, US, LONDON, "a landline crosses"),
    Case("nanp_toll_free", ALLOWED, US_FREE, CANADIAN, "once verified",
         granted=("nanp_toll_free",)),
    Case("nanp_toll_free", FORBIDDEN, US_FREE, CANADIAN, "never by itself"),
    Case("nanp_toll_free", FORBIDDEN, US_FREE, LONDON, "nor anywhere else",
         granted=("nanp_toll_free",)),
    Case("uan_stays_home", FORBIDDEN, "+443069990123", TOKYO, "03 abroad"),
    Case("uan_stays_home", ALLOWED, "+443069990123", LONDON, "03 at home"),
    Case("us_toll_free_gets_did", FORBIDDEN, US_FREE, "+18885550188", "toll-free to toll-free"),
    Case("us_toll_free_gets_did", ALLOWED, US, "+18885550188", "a direct number to toll-free"),
    Case("us_toll_free_gets_did", ALLOWED, US_FREE, US, "toll-free to a landline"),
    Case("au_only_dids", FORBIDDEN, AU_FREE, SYDNEY, "toll-free"),
    Case("au_only_dids", FORBIDDEN, "+61412345678", SYDNEY, "a mobile"),
    Case("au_only_dids", ALLOWED, SYDNEY, SYDNEY, "a direct number"),
    Case("au_no_foreign", FORBIDDEN, US, SYDNEY, "an American number"),
    Case("au_no_foreign", FORBIDDEN, "+6434123456", SYDNEY, "a number of New Zealand"),
    Case("au_no_foreign", ALLOWED, SYDNEY, SYDNEY, "an Australian one"),
    Case("au_no_third_party", FORBIDDEN, SYDNEY, SYDNEY, "approved or not", ownership=_APPROVED),
    Case("au_no_third_party", ALLOWED, SYDNEY, SYDNEY, "provided by Amazon Connect"),
    Case("au_ported", DISCOURAGED, SYDNEY, SYDNEY, "ported: not said", ownership=_PORTED),
    Case("au_ported", ALLOWED, SYDNEY, SYDNEY, "claimed"),
    Case("gb_from_abroad", DISCOURAGED, BRITISH_FREE, LONDON, "from Frankfurt", origin="DE"),
    Case("gb_from_abroad", ALLOWED, BRITISH_FREE, LONDON, "from London", origin="GB"),
    Case("gb_from_abroad", ALLOWED, US, LONDON, "an American number from abroad", origin="US"),
    Case("gb_cloud_nodes", DISCOURAGED, BRITISH_FREE, LONDON, "never by itself", origin="DE"),
    Case("gb_cloud_nodes", ALLOWED, BRITISH_FREE, LONDON, "once verified", origin="DE",
         granted=("gb_cloud_nodes",)),
    Case("gb_local_presence", DISCOURAGED, LONDON, LONDON, "a landline"),
    Case("gb_local_presence", ALLOWED, BRITISH_FREE, LONDON, "tied to no place"),
    Case("gb_local_presence", ALLOWED, LONDON, US, "a landline shown to Americans"),
    Case("gb_mobile_call_centre", DISCOURAGED, BRITISH_MOBILE, LONDON, "07"),
    Case("gb_mobile_call_centre", ALLOWED, BRITISH_FREE, LONDON, "0808"),
    Case("fr_no_mobile", FORBIDDEN, FR_MOBILE, PARIS, "06"),
    Case("fr_no_mobile", FORBIDDEN, FR_MOBILE, REUNION, "06, shown overseas"),
    Case("fr_no_mobile", FORBIDDEN, "+590690001234", GUADELOUPE, "0690"),
    Case("fr_no_mobile", ALLOWED, FR_NPV, PARIS, "a range for automated callers"),
    Case("fr_automated_callers", DISCOURAGED, PARIS, PARIS, "an ordinary landline"),
    Case("fr_automated_callers", ALLOWED, FR_NPV, PARIS, "0162"),
    Case("fr_automated_callers", ALLOWED, "+33948123456", PARIS, "0948"),
    Case("fr_automated_callers", DISCOURAGED, REUNION, REUNION, "a landline overseas"),
    Case("fr_automated_callers", ALLOWED, "+590947501234", GUADELOUPE, "09475"),
    Case("fr_automated_callers", ALLOWED, "+262947901234", REUNION, "09479"),
    Case("fr_technical_platforms", DISCOURAGED, "+33937123456", PARIS, "0937"),
    Case("fr_technical_platforms", ALLOWED, FR_NPV, PARIS, "0162"),
    *_abroad("fr_from_abroad", FR_NPV, "FR"),
    Case("es_commercial", FORBIDDEN, ES_MOBILE, MADRID, "a mobile", "marketing"),
    Case("es_commercial", FORBIDDEN, "+34702345678", MADRID, "a personal number", "marketing"),
    Case("es_commercial", ALLOWED, MADRID, MADRID, "a landline", "marketing"),
    Case("es_commercial", ALLOWED, ES_FREE, MADRID, "800", "marketing"),
    Case("es_no_mobile", DISCOURAGED, ES_MOBILE, MADRID, "a mobile for service"),
    Case("es_no_mobile", ALLOWED, MADRID, MADRID, "a landline for service"),
    *_abroad("es_from_abroad", MADRID, "ES"),
    *_abroad("it_fixed_from_abroad", ROME, "IT"),
    *_abroad("it_mobile_from_abroad", IT_MOBILE, "IT"),
    *_abroad("be_from_abroad", BRUSSELS, "BE"),
    *_abroad("cz_from_abroad", PRAGUE, "CZ"),
    *_abroad("fi_from_abroad", HELSINKI, "FI"),
    *_abroad("ie_from_abroad", DUBLIN, "IE"),
    *_abroad("no_from_abroad", OSLO, "NO"),
    *_abroad("se_mobile_from_abroad", SE_MOBILE, "SE"),
    Case("se_mobile_from_abroad", ALLOWED, STOCKHOLM, SE_MOBILE, "a landline", origin="ZA"),
    Case("at_kinds", FORBIDDEN, AT_MOBILE, VIENNA, "a mobile"),
    Case("at_kinds", ALLOWED, VIENNA, VIENNA, "a landline"),
    Case("at_kinds", ALLOWED, AT_FREE, VIENNA, "freephone"),
    Case("at_own_country", DISCOURAGED, BERLIN, VIENNA, "a German number"),
    Case("at_own_country", ALLOWED, VIENNA, VIENNA, "an Austrian one"),
    Case("be_geographic", FORBIDDEN, "+3280012345", BRUSSELS, "freephone"),
    Case("be_geographic", FORBIDDEN, "+32470123456", BRUSSELS, "a mobile"),
    Case("be_geographic", ALLOWED, BRUSSELS, BRUSSELS, "a landline"),
    Case("be_own_country", DISCOURAGED, BERLIN, BRUSSELS, "a German number"),
    Case("be_own_country", ALLOWED, BRUSSELS, BRUSSELS, "a Belgian one"),
    Case("in_marketing_140", FORBIDDEN, MUMBAI, MUMBAI, "a landline", "marketing"),
    Case("in_marketing_140", FORBIDDEN, IN_1600, MUMBAI, "1600 is for service", "marketing"),
    Case("in_marketing_140", FORBIDDEN, US, MUMBAI, "no number from elsewhere", "marketing"),
    Case("in_marketing_140", ALLOWED, IN_140, MUMBAI, "140", "marketing"),
    Case("in_140_is_marketing", FORBIDDEN, IN_140, MUMBAI, "140 for service"),
    Case("in_140_is_marketing", ALLOWED, IN_1600, MUMBAI, "1600 for service"),
    Case("in_service_1600", DISCOURAGED, MUMBAI, MUMBAI, "a landline for service"),
    Case("in_service_1600", ALLOWED, "+911601123456", MUMBAI, "1601 for service"),
    Case("za_mobile_at_home", FORBIDDEN, ZA_MOBILE, LONDON, "abroad"),
    Case("za_mobile_at_home", ALLOWED, ZA_MOBILE, CAPE_TOWN, "at home"),
    Case("za_mobile_at_home", ALLOWED, CAPE_TOWN, LONDON, "a landline abroad"),
    Case("tw_at_home", FORBIDDEN, TAIPEI, TOKYO, "abroad"),
    Case("tw_at_home", ALLOWED, TAIPEI, TAIPEI, "at home"),
    Case("cn_no_cold_calls", FORBIDDEN, BEIJING, BEIJING, "marketing", "marketing", granted=_CN),
    Case("cn_no_cold_calls", ALLOWED, BEIJING, BEIJING, "service", granted=_CN),
    Case("cn_pre_approved", FORBIDDEN, HONG_KONG, BEIJING, "a number of Hong Kong", granted=_CN),
    Case("cn_pre_approved", FORBIDDEN, US, BEIJING, "an American number", granted=_CN),
    Case("cn_pre_approved", ALLOWED, BEIJING, BEIJING, "an approved Chinese one", granted=_CN),
    Case("cn_connect_dids", FORBIDDEN, BEIJING, BEIJING, "ported", ownership=_PORTED, granted=_CN),
    Case("cn_connect_dids", ALLOWED, BEIJING, BEIJING, "provided", granted=_CN),
    Case("cn_only_dids", FORBIDDEN, CN_MOBILE, BEIJING, "a mobile", granted=_CN),
    Case("cn_only_dids", ALLOWED, BEIJING, BEIJING, "a landline", granted=_CN),
    Case("cn_approval", DISCOURAGED, BEIJING, BEIJING, "until the approval is written down"),
    Case("cn_approval", ALLOWED, BEIJING, BEIJING, "approved", granted=_CN),
]  # fmt: skip
