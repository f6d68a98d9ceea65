//! Getting in: register, confirm, log in and out, a forgotten password.

// Register.
pub const REGISTER_TITLE: &str = "Register";
pub const REGISTER_LEAD: &str =
    "With an account the server reads as many pictures as you like, and keeps what it found for you.";
pub const FIRST_NAME: &str = "First name";
pub const LAST_NAME: &str = "Last name";
pub const EMAIL: &str = "E-mail address";
pub const USERNAME: &str = "User name";
pub const USERNAME_HINT: &str = "To log in with something shorter than your address.";
pub const PASSWORD: &str = "Password";
pub const PASSWORD_AGAIN: &str = "The same password again";
pub const REGISTER: &str = "Register";
pub const HAVE_ACCOUNT: &str = "You have an account already?";
pub const REGISTERED_TITLE: &str = "Look into your mail";
pub const REGISTERED: &str = "We have sent you a link. Open it within 24 hours, and your account is ready. If you had an account already, the mail says so.";
pub const NO_MAIL: &str = "No mail after a few minutes? Look among the spam, or";
pub const SEND_AGAIN_LINK: &str = "have it sent again";

// Confirm.
pub const CONFIRM_TITLE: &str = "Confirm your address";
pub const CONFIRM_LEAD: &str = "One more press of a button, and it is done.";
pub const CONFIRM: &str = "Confirm the address";
pub const LINK_FAILED_TITLE: &str = "This link does not work";
pub const LINK_FAILED_ADVICE: &str = "Each link works once, and not for long.";
pub const NEW_LINK: &str = "Ask for a new one";
pub const NO_TOKEN: &str = "The address is not whole: copy all of the link in the mail.";

// Mails sent again.
pub const RESEND_TITLE: &str = "Send the link again";
pub const RESEND_LEAD: &str = "For an account whose address is not confirmed yet.";
pub const SEND_LINK: &str = "Send the link";
pub const MAIL_ON_ITS_WAY_TITLE: &str = "Look into your mail";
pub const RESENT: &str = "If an account waits for its address to be confirmed, a new link is on its way.";
pub const FORGOTTEN: &str =
    "If there is an account with this address, a link to choose a new password is on its way. It works for an hour.";

// Log in.
pub const LOGIN_TITLE: &str = "Log in";
pub const LOGIN: &str = "E-mail address or user name";
pub const REMEMBER: &str = "Stay logged in for 30 days";
pub const LOG_IN: &str = "Log in";
pub const FORGOT_LINK: &str = "Forgot the password?";
pub const NO_ACCOUNT: &str = "No account yet?";
pub const CONFIRM_FIRST: &str = "Your address is not confirmed yet: open the link in the mail, or";

pub const CODE: &str = "Code";
pub const CODE_HINT: &str = "The six digits that your authenticator shows, or one of your recovery codes.";
pub const CODE_TITLE: &str = "Your code";
pub const CODE_LEAD: &str = "The password is right. Now the second factor, within five minutes.";
pub const LOG_IN_AS_ANOTHER: &str = "Begin again, as somebody else";

// Log out.
pub const LOGOUT_TITLE: &str = "Log out";
pub const LOGOUT_LEAD: &str = "This browser forgets who you are. Your history stays in your account.";

// A forgotten password.
pub const FORGOT_TITLE: &str = "A new password";
pub const FORGOT_LEAD: &str = "Tell us the address of your account, and we send you a link to choose another password.";
pub const RESET_TITLE: &str = "Choose a new password";
pub const RESET_LEAD: &str = "All your sessions end when it is changed.";
pub const NEW_PASSWORD: &str = "New password";
pub const NEW_PASSWORD_AGAIN: &str = "The new password again";
pub const CHANGE_PASSWORD: &str = "Change the password";
